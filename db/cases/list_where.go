package cases

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// share is one condition under which the actor sees cases.
type share struct {
	where  string
	small  bool // usually few cases: find them first
	walked bool // an index has them in the default order

	regional bool // cases of a region in the scope
}

// shares turns a scope into conditions. Together they equal desk.Visible: staff conditions exclude cases whose
// insider the actor is.
func (s *statement) shares(scope workflow.Scope) []share {
	out := s.grants(scope.User, scope.Grants)
	if len(out) > 0 {
		apart := s.independent(scope.User, scope.InsiderOf)
		for i := range out {
			out[i].where = join(out[i].where, apart)
		}
	}
	return append(out, s.grants(scope.User, scope.Free)...)
}

// independent excludes cases of the actor's organizations, and those that the actor wrote for an applicant, or whose
// parent they wrote: see workflow/insider.go. case_parties_pkey
func (s *statement) independent(user workflow.ID, insiderOf []workflow.ID) string {
	where := fmt.Sprintf("not exists (select 1 from case_parties h where h.who = %s and h.part = 'helper' and "+
		"h.case_id in (c.id, c.parent_id))",
		s.arg(pg.IdOrNil(user), "uuid"))
	if len(insiderOf) > 0 {
		where = join("("+s.among("c.organization_id", insiderOf, "uuid")+") is not true", where)
	}
	return where
}

func (s *statement) grants(user workflow.ID, scope workflow.Grants) (out []share) {
	small := func(where string) { out = append(out, share{where: where, small: true}) }
	for _, g := range merge(scope.Own, byOrganization) {
		for _, key := range few(g.keys) { // cases_organization, in order for each
			out = append(out, share{where: s.placed(s.among("c.organization_id", key, "uuid"), g.places), small: true,
				walked: len(key) == 1})
		}
	}
	for _, g := range merge(scope.Regions, byRegion) {
		where := s.covered(g)
		if g.column == "" || g.column == "c.province" {
			out = append(out, s.each(where, g.places, share{walked: true, regional: true})...)
		} else {
			out = append(out, share{where: s.placed(where, g.places), walked: true, regional: true})
		}
	}
	for _, g := range merge(scope.Competent, byAgency) {
		small(s.placed(s.party("cosigner", g.keys), g.places))
	}
	if len(scope.Assigned) > 0 {
		small(s.placed(s.party("reviewer", []string{user}), scope.Assigned))
	}
	for _, g := range merge(scope.Lead, byRegion) {
		where := join("c.lead_id = "+s.arg(pg.IdOrNil(user), "uuid"), s.covered(g))
		if g.organization != "" {
			where = join(where, "c.organization_id = "+s.arg(pg.IdOrNil(g.organization), "uuid"))
		}
		out = append(out, share{where: s.placed(where, g.places), small: true, walked: true}) // cases_lead
	}
	if len(scope.Anyone) > 0 {
		out = append(out, s.each("", scope.Anyone, share{small: true, walked: true})...)
	}
	return out
}

// few returns keys one by one if there are few, else in one group.
func few(keys []string) [][]string {
	if len(keys) > fewPlaces {
		return [][]string{keys}
	}
	return slices.Collect(slices.Chunk(keys, 1))
}

// covered restricts to a grant's region, round and responsible agency.
func (s *statement) covered(g group) string {
	where := regionIs(s, g.column, g.keys)
	if g.round != "" {
		where = join(where, fmt.Sprintf("(c.round_id = %[1]s or c.id = %[1]s)", s.arg(g.round, "uuid")))
	}
	if g.agency != "" {
		where = join(where, "c.agency_id = "+s.arg(g.agency, "uuid"))
	}
	return where
}

// fewPlaces is how many places are walked one by one along cases_place. More places hold most cases, so a walk of
// everything finds them soon.
const fewPlaces = 12

func (s *statement) each(where string, places []string, like share) (out []share) {
	if len(places) > fewPlaces {
		like.where = s.placed(where, places)
		return []share{like}
	}
	for _, p := range places {
		like.where = s.placed(where, []string{p})
		out = append(out, like)
	}
	return out
}

// narrow removes the places, and so whole shares, that a query's workflow and state exclude.
func narrow(scope workflow.Scope, q workflow.CaseQuery) workflow.Scope {
	scope.Grants, scope.Free = narrowGrants(scope.Grants, q), narrowGrants(scope.Free, q)
	return scope
}

func narrowGrants(grants workflow.Grants, q workflow.CaseQuery) workflow.Grants {
	if q.Asked {
		grants = workflow.Grants{Competent: grants.Competent}
	}
	if q.Workflow == "" && q.State == "" {
		return grants
	}
	keep := func(places []string) []string {
		return slices.DeleteFunc(slices.Clone(places), func(p string) bool {
			at, shown := workflow.PlaceOf(p)
			name, _, _ := strings.Cut(at, "/")
			return q.Workflow != "" && name != q.Workflow || q.State != "" && shown != q.State
		})
	}
	cut := func(in []workflow.GrantScope) []workflow.GrantScope {
		out := slices.Clone(in)
		for i := range out {
			out[i].Places = keep(out[i].Places)
		}
		return out
	}
	return workflow.Grants{Own: cut(grants.Own), Regions: cut(grants.Regions), Competent: cut(grants.Competent),
		Lead: cut(grants.Lead), Assigned: keep(grants.Assigned), Anyone: keep(grants.Anyone)}
}

// group holds slices that differ only in their key.
type group struct {
	column, round, agency, organization string
	keys, places                        []string
}

func byOrganization(x workflow.GrantScope) (group, string) { return group{}, x.Organization }
func byAgency(x workflow.GrantScope) (group, string)       { return group{}, x.Agency }
func byRegion(x workflow.GrantScope) (group, string) {
	return group{column: regionColumn(x.Region), round: x.Round, agency: x.Agency, organization: x.Organization},
		string(x.Region)
}

// merge groups slices, so that a scope of many grants takes few walks. Duplicates count once.
func merge(slicesOf []workflow.GrantScope, by func(workflow.GrantScope) (group, string)) (out []group) {
	at := map[string]int{}
	for _, x := range slicesOf {
		if len(x.Places) == 0 {
			continue
		}
		g, key := by(x)
		g.places = slices.Sorted(slices.Values(x.Places))
		id := strings.Join(append([]string{g.column, g.round, g.agency, g.organization}, g.places...), "\n")
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id] = i
			out = append(out, g)
		}
		if !slices.Contains(out[i].keys, key) {
			out[i].keys = append(out[i].keys, key)
		}
	}
	return out
}

// regionColumn returns the column with codes of this level; "" for the whole country.
func regionColumn(c region.Code) string {
	switch c.Level() {
	case region.Province:
		return "c.province"
	case region.City:
		return "c.city"
	case region.County:
		return "c.county"
	case region.Street:
		return "c.street"
	case region.Community:
		return "c.community"
	}
	return ""
}

func regionIs(s *statement, column string, codes []string) string {
	if column == "" {
		return ""
	}
	return s.among(column, codes, "text")
}

// among compares a column with one value or several; with one the index keeps its order.
func (s *statement) among(column string, keys []string, kind string) string {
	if len(keys) == 1 {
		return column + " = " + s.arg(keys[0], kind)
	}
	return column + " = any (" + s.arg(pq.Array(keys), kind+"[]") + ")"
}

func (s *statement) placed(where string, places []string) string {
	var at []string
	for _, p := range places {
		place, _ := workflow.PlaceOf(p)
		if !slices.Contains(at, place) {
			at = append(at, place)
		}
	}
	return join(where, s.among("c.place", at, "text"))
}

func (s *statement) party(part string, who []string) string {
	return fmt.Sprintf("c.id in (select p.case_id from case_parties p where %s and p.part = '%s')",
		s.among("p.who", who, "uuid"), part)
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " and " + b
}

func (s *statement) filters(user workflow.ID, insiderOf []workflow.ID, q workflow.CaseQuery) (out []string) {
	add := func(where string) { out = append(out, where) }
	text := func(column, v string) {
		if v != "" {
			add(column + " = " + s.arg(v, "text"))
		}
	}
	id := func(column string, v workflow.ID) {
		if v != "" {
			add(column + " = " + s.arg(pg.IdOrNil(v), "uuid")) // text that is no id matches no row
		}
	}
	text("c.workflow", q.Workflow)
	text("c.stage", string(q.Stage)) // narrow filters by state
	text("c.track", q.Track)
	id("c.round_id", q.Round)
	id("c.organization_id", q.Organization)
	id("c.project_id", q.Project)
	id("c.agency_id", q.Agency)
	if q.Region != "" {
		if c := regionColumn(q.Region); c != "" {
			text(c, string(q.Region))
		}
	}
	if q.Assigned {
		add(s.party("reviewer", []string{user}))
	}
	if q.Waiting || q.Later {
		add(s.waiting(user, insiderOf, q))
	}
	if len(q.IDs) > 0 {
		add("c.id = any (" + s.arg(pq.Array(q.IDs), "uuid[]") + ")")
	}
	if q.Overdue {
		add("coalesce(c.due_on, 'infinity'::date) < " + s.arg(calendar.DateOf(q.Now).String(), "date"))
	}
	if q.UpdatedSince != nil {
		add("c.updated_at >= " + s.arg(q.UpdatedSince.UTC(), "timestamptz"))
	}
	return out
}

// waiting selects, once for all shares, cases with a duty for the user, their organization or agency, or a role they
// hold there, unless the user is an insider. q.Later selects those whose duties are all not ready yet. duties_user,
// duties_role, role_grants_user
func (s *statement) waiting(user workflow.ID, insiderOf []workflow.ID, q workflow.CaseQuery) string {
	me := s.arg(pg.IdOrNil(user), "uuid")
	ready := "d.ready or coalesce(d.ready_from <= " + s.arg(q.Now.UTC(), "timestamptz") + ", false)"
	s.ctes = append(s.ctes, fmt.Sprintf(`mine as materialized (select w.case_id, bool_or(w.ready) as ready from (
		select d.case_id, d.staff, %[3]s as ready from duties d where d.user_id = %[1]s
		union
		select d.case_id, d.staff, %[3]s from role_reach g join users u on u.id = g.user_id
		join duties d on d.role = g.role and d.user_id is null
		where g.user_id = %[1]s and (g.until is null or g.until > now()) and case
			when d.organization_id is not null then d.organization_id = coalesce(g.organization_id, u.organization_id)
			when d.agency_id is not null then d.agency_id = coalesce(g.agency_id, u.agency_id)
			else starts_with(d.region, g.region) and (g.round_id is null and g.agency_id is null or exists (
				select 1 from cases x where x.id = d.case_id and (g.round_id is null or g.round_id in (x.round_id, x.id))
					and (g.agency_id is null or g.agency_id = x.agency_id))) end) w
		join cases c on c.id = w.case_id where not w.staff or %[2]s group by w.case_id)`, me, s.independent(user, insiderOf),
		ready))
	return "c.id in (select m.case_id from mine m where m.ready = " + s.arg(q.Waiting, "boolean") + ")"
}
