package ui

import (
	"incubase/workflow"
	"incubase/workflow/registry"
)

// AgenciesByName returns all agencies, sorted by place.
func (s *Site) AgenciesByName(v *Visit) ([]registry.AgencyRecord, error) {
	list, _, err := s.Places.Agencies(v.Ctx, registry.RecordQuery{Limit: workflow.MaxPage})
	ByPinyin(list, func(a *registry.AgencyRecord) string { return string(a.Region) + " " + a.Name.ZH })
	return list, err
}
