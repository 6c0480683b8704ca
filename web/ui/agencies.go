package ui

import (
	"incubase/workflow/registry"
)

// AgenciesByName returns all agencies, sorted by place.
func (s *Site) AgenciesByName(v *Visit) ([]registry.AgencyRecord, error) {
	list, err := s.Accounts.Agencies(v.Ctx)
	ByPinyin(list, func(a *registry.AgencyRecord) string { return string(a.Region) + " " + a.Name.ZH })
	return list, err
}
