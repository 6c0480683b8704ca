package workflow

import (
	"context"

	"incubase/workflow/region"
)

// NewProject enters a branded project of an organization.
type NewProject struct {
	Title   string   `json:"title"`
	Summary string   `json:"summary,omitempty"`
	Topics  []string `json:"topics,omitempty"` // none: the organization's
	Region  string   `json:"region,omitempty"` // none: the organization's
}

// ProjectChange says what to change; nil leaves a field as it is.
type ProjectChange struct {
	Title   *string   `json:"title,omitempty"`
	Summary *string   `json:"summary,omitempty"`
	Topics  *[]string `json:"topics,omitempty"`
	Region  *string   `json:"region,omitempty"`
}

// CreateProject enters a project of the organization, by its own people or an officer on their behalf.
func (r *Registry) CreateProject(ctx context.Context, actor Actor, organization ID, n NewProject,
	cmd RecordCommand) (*ProjectRecord, error) {
	return create[ProjectRecord](ctx, r, actor, cmd, KindProject, func() (ProjectRecord, string, error) {
		p := ProjectRecord{ID: NewID(r.now()), Organization: organization, Title: n.Title, Summary: n.Summary,
			Topics: n.Topics}
		var org OrganizationRecord
		if _, err := r.Store.ReadRecord(ctx, KindOrganization, organization, "", "", &org); err != nil {
			return p, "", err
		}
		if !RecordScopeOf(actor).Sees(org.Region, org.ID) {
			return p, "", ErrNotFound
		}
		if err := allow(actor, KindProject, "create", subject{region: org.Region, organization: org.ID}); err != nil {
			return p, "", err
		}
		var f faults
		if p.Region = f.region("region", n.Region, r.Regions, false); n.Region == "" {
			p.Region = org.Region
		}
		f.within("region", actor, "create", org.Region, p.Region)
		if len(p.Topics) == 0 {
			p.Topics = org.Topics
		}
		p.check(&f)
		return p, "", f.err()
	})
}

// ChangeProject changes what the request names.
func (r *Registry) ChangeProject(ctx context.Context, actor Actor, id ID, c ProjectChange,
	cmd RecordCommand) (*ProjectRecord, error) {
	return change(ctx, r, actor, cmd, KindProject, id, func(before ProjectRecord) (edit[ProjectRecord], error) {
		p, none := before, edit[ProjectRecord]{}
		if !RecordScopeOf(actor).Sees(p.Region, p.Organization) {
			return none, ErrNotFound
		}
		if err := allow(actor, KindProject, "change", subject{region: p.Region, organization: p.Organization}); err != nil {
			return none, err
		}
		var f faults
		set(&p.Title, c.Title)
		set(&p.Summary, c.Summary)
		set(&p.Topics, c.Topics)
		if c.Region != nil {
			p.Region = f.region("region", *c.Region, r.Regions, true)
			var org OrganizationRecord
			if _, err := r.Store.ReadRecord(ctx, KindOrganization, p.Organization, "", "", &org); err != nil {
				return none, err
			}
			f.within("region", actor, "change", org.Region, p.Region)
		}
		p.check(&f)
		return edit[ProjectRecord]{after: p, op: "change"}, f.err()
	})
}

// within refuses a place that only staff may give a project of the organization: who handles its cases follows from
// it.
func (f *faults) within(field string, actor Actor, act string, home, place region.Code) {
	if place != "" && !nearby(home, place) && may(actor, KindProject, act, subject{region: place}) != nil {
		f.say(field, farAway.ZH, farAway.EN)
	}
}

func (p *ProjectRecord) check(f *faults) {
	f.line("title", &p.Title, 2, 120)
	f.text("summary", &p.Summary, 0, 4000)
	p.Topics = f.topics("topics", p.Topics)
}

// MarkPilot says whether a division takes part in the pilot.
func (r *Registry) MarkPilot(ctx context.Context, actor Actor, code region.Code, pilot bool,
	cmd RecordCommand) (*RegionRecord, error) {
	return change(ctx, r, actor, cmd, KindRegion, ID(code), func(before RegionRecord) (edit[RegionRecord], error) {
		if err := allow(actor, KindRegion, "pilot", subject{region: before.Code}); err != nil {
			return edit[RegionRecord]{}, err
		}
		before.Pilot = pilot
		return edit[RegionRecord]{after: before, op: "change"}, nil
	})
}
