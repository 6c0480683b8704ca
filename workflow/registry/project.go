package registry

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/vet"
)

type NewProject struct {
	Title   string   `json:"title"`
	Summary string   `json:"summary,omitempty"`
	Topics  []string `json:"topics,omitempty"` // none: the organization's
	Region  string   `json:"region,omitempty"` // none: the organization's
}

type ProjectChange struct {
	Title   *string   `json:"title,omitempty"`
	Summary *string   `json:"summary,omitempty"`
	Topics  *[]string `json:"topics,omitempty"`
	Region  *string   `json:"region,omitempty"`
}

// CreateProject enters a project, by the organization's own people or an officer on their behalf.
func (r *Registry) CreateProject(ctx context.Context, actor workflow.Actor, organization workflow.ID, n NewProject,
	cmd RecordCommand) (*ProjectRecord, error) {
	return create[ProjectRecord](ctx, r, actor, cmd, workflow.KindProject, func() (ProjectRecord, string, error) {
		p := ProjectRecord{ID: workflow.NewID(r.now()), Organization: organization, Title: n.Title, Summary: n.Summary,
			Topics: n.Topics}
		var org OrganizationRecord
		if _, err := r.Store.ReadRecord(ctx, workflow.KindOrganization, organization, "", "", &org); err != nil {
			return p, "", err
		}
		if !RecordScopeOf(actor).Sees(org.Region, org.ID) {
			return p, "", workflow.ErrNotFound
		}
		if err := vet.Allow(actor, workflow.KindProject, "create", workflow.Subject{Region: org.Region,
			Organization: org.ID}); err != nil {
			return p, "", err
		}
		var f workflow.Faults
		if p.Region = f.Region("region", n.Region, r.Regions, false); n.Region == "" {
			p.Region = org.Region
		}
		f.Within("region", actor, "create", org.Region, p.Region)
		if len(p.Topics) == 0 {
			p.Topics = org.Topics
		}
		p.check(&f)
		return p, "", f.Err()
	})
}

func (r *Registry) ChangeProject(ctx context.Context, actor workflow.Actor, id workflow.ID, c ProjectChange,
	cmd RecordCommand) (*ProjectRecord, error) {
	return Change(ctx, r, actor, cmd, workflow.KindProject, id, func(before ProjectRecord) (Edit[ProjectRecord], error) {
		p, none := before, Edit[ProjectRecord]{}
		if !RecordScopeOf(actor).Sees(p.Region, p.Organization) {
			return none, workflow.ErrNotFound
		}
		if err := vet.Allow(actor, workflow.KindProject, "change", workflow.Subject{Region: p.Region,
			Organization: p.Organization}); err != nil {
			return none, err
		}
		var f workflow.Faults
		set(&p.Title, c.Title)
		set(&p.Summary, c.Summary)
		set(&p.Topics, c.Topics)
		if c.Region != nil {
			p.Region = f.Region("region", *c.Region, r.Regions, true)
			var org OrganizationRecord
			if _, err := r.Store.ReadRecord(ctx, workflow.KindOrganization, p.Organization, "", "", &org); err != nil {
				return none, err
			}
			f.Within("region", actor, "change", org.Region, p.Region)
		}
		p.check(&f)
		return Edit[ProjectRecord]{After: p, Op: "change"}, f.Err()
	})
}

func (p *ProjectRecord) check(f *workflow.Faults) {
	f.Line("title", &p.Title, 2, 120)
	f.Text("summary", &p.Summary, 0, 4000)
	p.Topics = f.Topics("topics", p.Topics)
}

func (r *Registry) MarkPilot(ctx context.Context, actor workflow.Actor, code region.Code, pilot bool,
	cmd RecordCommand) (*RegionRecord, error) {
	return Change(ctx, r, actor, cmd, workflow.KindRegion, workflow.ID(code),
		func(before RegionRecord) (Edit[RegionRecord], error) {
			if err := vet.Allow(actor, workflow.KindRegion, "pilot", workflow.Subject{Region: before.Code}); err != nil {
				return Edit[RegionRecord]{}, err
			}
			before.Pilot = pilot
			return Edit[RegionRecord]{After: before, Op: "change"}, nil
		})
}
