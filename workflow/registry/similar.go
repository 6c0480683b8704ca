package registry

import (
	"context"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/region"
)

type SimilarRecord struct {
	ID           workflow.ID `json:"id"`
	Name         string      `json:"name"`
	Kind         string      `json:"kind"`
	Region       string      `json:"region"`
	FilingNumber string      `json:"filing_number,omitempty"`
	CreditCode   string      `json:"credit_code,omitempty"`
}

// Similar means that organizations of the same name exist. The request passes with another: true and a reason.
type Similar struct{ Candidates []SimilarRecord }

func (e *Similar) Error() string { return "similar records exist" }

func (e *Similar) Message() workflow.Text {
	return workflow.Text{ZH: "已登记有名称相同的组织。是同一个的，请用已登记的；确是另一个的，请注明「另一个组织」和理由。",
		EN: "An organization of the same name is registered. If it is the same one, use that; if it is another one, say " +
			"so and give the reason."}
}

type Apart struct {
	Another bool   `json:"another,omitempty" doc:"It is another organization than the similar ones there are."`
	Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Why it is another one; needed with another, and kept in the log."`
}

// ComparedIn returns the place in which names and filing numbers are compared, as the schema's compared_in: the
// county, or the place itself above counties.
func ComparedIn(c region.Code) string {
	if county := c.County(); county != "" {
		return string(county)
	}
	return string(c)
}

func (a Apart) noted(note string) string {
	if !a.Another {
		return note
	}
	return strings.TrimPrefix(note+"; another: "+a.Reason, "; ")
}

func (r *Registry) apart(ctx context.Context, o *OrganizationRecord, a Apart) error {
	var f workflow.Faults
	f.Text("reason", &a.Reason, 0, 500)
	if a.Another && clean.Blank(a.Reason) {
		f.Say("reason", "请写明为什么是另一个组织", "say why it is another organization")
	}
	if err := f.Err(); err != nil || a.Another {
		return err
	}
	found, err := r.Store.SimilarOrganizations(ctx, ComparedIn(o.Region), o.Name)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(c SimilarRecord) bool { return c.ID == o.ID })
	if len(found) > 0 {
		return &Similar{Candidates: found}
	}
	o.Alone = true
	return nil
}
