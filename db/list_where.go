package db

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// shares turns a scope into conditions, one for each way in which the actor comes to see cases. They say exactly what
// Machine.Visible says of a single case.
func (s *statement) shares(scope workflow.Scope) (out []string) {
	for _, g := range merge(scope.Own, byOrganization) {
		out = append(out, s.placed(s.among("c.organization_id", g.keys, "uuid"), g.places))
	}
	for _, g := range merge(scope.Regions, byRegion) {
		where := regionIs(s, g.column, g.keys)
		if g.round != "" {
			r := s.arg(g.round, "uuid")
			where = join(where, fmt.Sprintf("(c.round_id = %[1]s or c.id = %[1]s)", r))
		}
		if g.agency != "" {
			where = join(where, "c.agency_id = "+s.arg(g.agency, "uuid"))
		}
		out = append(out, s.placed(where, g.places))
	}
	for _, g := range merge(scope.Competent, byAgency) {
		out = append(out, s.placed(s.party("cosigner", g.keys), g.places))
	}
	if len(scope.Assigned) > 0 {
		out = append(out, s.placed(s.party("reviewer", []string{scope.User}), scope.Assigned))
	}
	if len(scope.Lead) > 0 {
		out = append(out, s.placed("c.lead_id = "+s.arg(idOrNil(scope.User), "uuid"), scope.Lead))
	}
	if len(scope.Anyone) > 0 {
		out = append(out, s.placed("", scope.Anyone))
	}
	return out
}

// group is several slices that differ only in their key.
type group struct {
	column, round, agency string
	keys, places          []string
}

func byOrganization(x workflow.Slice) (group, string) { return group{}, x.Organization }
func byAgency(x workflow.Slice) (group, string)       { return group{}, x.Agency }
func byRegion(x workflow.Slice) (group, string) {
	return group{column: regionColumn(x.Region), round: x.Round, agency: x.Agency}, string(x.Region)
}

// merge joins slices, so that a scope of many grants is few walks. An identical slice of two grants counts once.
func merge(slicesOf []workflow.Slice, by func(workflow.Slice) (group, string)) (out []group) {
	at := map[string]int{}
	for _, x := range slicesOf {
		if len(x.Places) == 0 {
			continue
		}
		g, key := by(x)
		g.places = slices.Sorted(slices.Values(x.Places))
		id := strings.Join(append([]string{g.column, g.round, g.agency}, g.places...), "\n")
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

// regionColumn is the column that holds codes of this level; "" for the whole country.
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
	return join(where, s.among("c.place", places, "text"))
}

func (s *statement) party(part string, who []string) string {
	return fmt.Sprintf("c.id in (select p.case_id from case_parties p where %s and p.part = '%s')", s.among("p.who", who, "uuid"), part)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

// filters are the conditions of a query.
func (s *statement) filters(user workflow.ID, q workflow.CaseQuery) (out []string) {
	add := func(where string) { out = append(out, where) }
	text := func(column, v string) {
		if v != "" {
			add(column + " = " + s.arg(v, "text"))
		}
	}
	id := func(column string, v workflow.ID) {
		if v != "" {
			add(column + " = " + s.arg(idOrNil(v), "uuid")) // what is no id is nobody's
		}
	}
	text("c.workflow", q.Workflow)
	text("c.stage", string(q.Stage))
	text("c.state", string(q.State))
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
	if q.Waiting {
		add(s.waiting(user))
	}
	if q.Overdue {
		add("c.due_on < " + s.arg(calendar.DateOf(q.Now).String(), "date"))
	}
	if q.UpdatedSince != nil {
		add("c.updated_at >= " + s.arg(q.UpdatedSince.UTC(), "timestamptz"))
	}
	for _, w := range strings.Fields(q.Words) {
		add(s.word(w))
	}
	return out
}

// waiting finds the cases with a duty that names the user, the user's organization or agency, or a role the user holds
// there. duties_user, duties_role, role_grants_user
func (s *statement) waiting(user workflow.ID) string {
	me := s.arg(idOrNil(user), "uuid")
	return fmt.Sprintf(`c.id in (
		select d.case_id from duties d where d.user_id = %[1]s
		union all
		select d.case_id from role_grants g join users u on u.id = g.user_id
		join duties d on d.role = g.role and d.user_id is null
		where g.user_id = %[1]s and (g.until is null or g.until > now()) and case
			when d.organization_id is not null then d.organization_id = coalesce(g.organization_id, u.organization_id)
			when d.agency_id is not null then d.agency_id = coalesce(g.agency_id, u.agency_id)
			else starts_with(d.region, g.region) and (g.round_id is null or exists (
				select 1 from cases x where x.id = d.case_id and g.round_id in (x.round_id, x.id))) end)`, me)
}

// word finds a word in the title, the reference or the organization's name. case_words_trgm from three characters on.
func (s *statement) word(w string) string {
	like := s.arg("%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToValidUTF8(strings.ReplaceAll(w, "\x00", ""), ""))+"%", "text")
	return fmt.Sprintf(`c.id in (
		select w.case_id from case_words w where w.words ilike %[1]s
		union all
		select x.id from organizations o join cases x on x.organization_id = o.id where o.name ilike %[1]s)`, like)
}
