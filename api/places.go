package api

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/registry"
)

func (s *service) places() {
	handle(s, route{method: "GET", path: Base + "/regions", id: "listRegions", tag: "places",
		summary: "The divisions below one", about: "Without parent: the provinces. Padded codes are accepted.",
		errors: []int{422}}, s.listRegions)
	handle(s, route{method: "GET", path: Base + "/regions/{code}", id: "getRegion", tag: "places", summary: "A division",
		errors: []int{404, 422}}, s.getRegion)
	handle(s, route{method: "GET", path: Base + "/agencies", id: "listAgencies", tag: "places", summary: "List agencies",
		errors: []int{422}}, s.listAgencies)
	handle(s, route{method: "POST", path: Base + "/agencies", id: "createAgency", tag: "places",
		summary: "Register an agency", status: 201, errors: []int{403, 409, 422}}, s.createAgency)
	handle(s, route{method: "PATCH", path: Base + "/agencies/{id}", id: "changeAgency", tag: "places",
		summary: "Change an agency", errors: []int{403, 404, 409, 412, 422, 428}}, s.changeAgency)
	handle(s, route{method: "GET", path: Base + "/agencies/{id}", id: "getAgency", tag: "places", summary: "An agency",
		errors: []int{404}}, s.getAgency)
	handle(s, route{method: "GET", path: Base + "/agencies/{id}/competences", id: "listCompetences", tag: "places",
		summary: "What an agency is competent for", errors: []int{404}}, s.listCompetences)
	handle(s, route{method: "POST", path: Base + "/agencies/{id}/competences", id: "setCompetence", tag: "places",
		summary: "Set a competence", status: 201,
		about:  "Which agencies co-sign which topics where. New cases follow it; cases under way keep whom they asked.",
		errors: []int{403, 404, 409, 422}}, s.setCompetence)
	handle(s, route{method: "DELETE", path: Base + "/agencies/{id}/competences/{competence}", id: "endCompetence",
		tag: "places", summary: "End a competence", errors: []int{403, 404, 409}}, s.endCompetence)
	handle(s, route{method: "GET", path: Base + "/calendars", id: "listCalendars", tag: "places",
		summary: "The calendars laid over the shipped one"}, s.listCalendars)
	handle(s, route{method: "POST", path: Base + "/calendars", id: "setCalendar", tag: "places",
		summary: "Enter a year's holidays and make-up working days", status: 201, errors: []int{403, 409, 422}},
		s.setCalendar)
}

type regionsInput struct {
	Parent string `query:"parent" maxLength:"12"`
}

func (s *service) listRegions(ctx context.Context, in *regionsInput) (*many[RegionDoc], error) {
	parent, err := regionOf("parent", in.Parent)
	if err != nil {
		return nil, err
	}
	items, err := s.Places.Regions(ctx, parent)
	return page(each(items, regionDoc), "", err)
}

type regionInput struct {
	Code string `path:"code" maxLength:"12"`
}

func (s *service) getRegion(ctx context.Context, in *regionInput) (*one[RegionDoc], error) {
	code, err := regionOf("code", in.Code)
	if err != nil {
		return nil, err
	}
	r, err := registry.Read[registry.RegionRecord](ctx, s.Records, registry.RecordScope{}, string(code))
	if err != nil {
		return nil, err
	}
	doc := regionDoc(*r)
	return single(&doc, "", 0, "", nil)
}

func (s *service) listAgencies(ctx context.Context, in *searchInput) (*many[registry.AgencyRecord], error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	return page(s.Places.Agencies(ctx, in.query(code)))
}

type newAgencyInput struct {
	Keyed
	Body registry.NewAgency
}

func (s *service) createAgency(ctx context.Context, in *newAgencyInput) (*one[registry.AgencyRecord], error) {
	r, err := s.Registry.CreateAgency(ctx, who(ctx), in.Body, command(ctx, in.Keyed, nil, "POST", "/agencies", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type agencyPatch struct {
	Keyed
	Matched
	ID   string `path:"id" maxLength:"60"`
	Body registry.AgencyChange
}

func (s *service) changeAgency(ctx context.Context, in *agencyPatch) (*one[registry.AgencyRecord], error) {
	version, err := in.required()
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.ChangeAgency(ctx, who(ctx), in.ID, in.Body, command(ctx, in.Keyed, version, "PATCH",
		"/agencies/"+in.ID, ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

func (s *service) getAgency(ctx context.Context, in *idInput) (*one[registry.AgencyRecord], error) {
	r, err := registry.Read[registry.AgencyRecord](ctx, s.Records, registry.RecordScope{}, in.ID)
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

func (s *service) listCompetences(ctx context.Context, in *idInput) (*many[registry.CompetenceRecord], error) {
	if _, err := registry.Read[registry.AgencyRecord](ctx, s.Records, registry.RecordScope{}, in.ID); err != nil {
		return nil, err
	}
	items, _, err := s.Places.Competences(ctx, registry.RecordQuery{Agency: in.ID, Limit: workflow.MaxPage})
	return page(items, "", err)
}

type newCompetenceInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body registry.NewCompetence
}

func (s *service) setCompetence(ctx context.Context, in *newCompetenceInput) (*one[registry.CompetenceRecord], error) {
	r, err := s.Registry.SetCompetence(ctx, who(ctx), in.ID, in.Body, command(ctx, in.Keyed, nil, "POST",
		"/agencies/"+in.ID+"/competences", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

type competenceInput struct {
	Keyed
	ID         string `path:"id" maxLength:"60"`
	Competence string `path:"competence" maxLength:"60"`
}

func (s *service) endCompetence(ctx context.Context, in *competenceInput) (*one[registry.CompetenceRecord], error) {
	held, err := registry.Read[registry.CompetenceRecord](ctx, s.Records, registry.RecordScope{}, in.Competence)
	if err == nil && held.Agency != in.ID {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.EndCompetence(ctx, who(ctx), in.Competence, command(ctx, in.Keyed, nil, "DELETE",
		"/agencies/"+in.ID+"/competences/"+in.Competence, ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

func (s *service) listCalendars(ctx context.Context, _ *emptyInput) (*many[registry.CalendarRecord], error) {
	items, err := s.Places.Calendars(ctx)
	return page(items, "", err)
}

type newCalendarInput struct {
	Keyed
	Body registry.CalendarEntry
}

func (s *service) setCalendar(ctx context.Context, in *newCalendarInput) (*one[registry.CalendarRecord], error) {
	r, err := s.Registry.SetCalendar(ctx, who(ctx), "", in.Body, command(ctx, in.Keyed, nil, "POST", "/calendars", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}
