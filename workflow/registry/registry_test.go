package registry

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/credit"
	"incubase/workflow/region"
)

type known []region.Code

func (k known) Known(c region.Code) bool { return slices.Contains(k, c) }

var places = known{"23", "2303", "230302", "230302004", "2301"}

func organizationFaults(change func(*OrganizationRecord)) []string {
	o := OrganizationRecord{ID: "me", Name: "虚构·助老会（示例）", Kind: "social_group", CreditCode: credit.Generate("51", "230302",
		7),
		Region: "230302", Standing: "good"}
	change(&o)
	r := &Registry{Regions: places, Clock: fixed{}}
	var f workflow.Faults
	err := r.checkOrganization(context.Background(), &o, &f)
	var bad *workflow.Invalid
	if err != nil && !errors.As(err, &bad) {
		return []string{err.Error()}
	}
	var fields []string
	if bad != nil {
		for _, x := range bad.Fields {
			if !x.Message.Complete() || strings.Contains(x.Message.ZH, "%!") {
				fields = append(fields, "a language is missing: "+x.Message.String())
			}
			fields = append(fields, x.Field)
		}
	}
	return fields
}

type fixed struct{}

func (fixed) Now() time.Time               { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }
func (fixed) Calendar() *calendar.Calendar { return calendar.Shipped() }

func TestOrganizationFields(t *testing.T) {
	t.Parallel()
	tomorrow := calendar.MustDate("2026-03-03")
	for name, row := range map[string]struct {
		change func(*OrganizationRecord)
		want   []string
	}{
		"a good one passes": {func(*OrganizationRecord) {}, nil},
		"a code in full width and small letters too": {func(o *OrganizationRecord) {
			o.CreditCode = " " +
				strings.ToLower(o.CreditCode)
		}, nil},
		"a mistyped code is refused": {func(o *OrganizationRecord) {
			o.CreditCode = o.CreditCode[:16] + "0" +
				"0"
		}, []string{"credit_code"}},
		"a mistyped code is kept for a stated reason": {func(o *OrganizationRecord) {
			o.CreditCode = o.CreditCode[:16] + "00"
			o.CreditOverride = "证书如此"
		}, nil},
		"a code of rubbish is not, for any reason": {func(
			o *OrganizationRecord) {
			o.CreditCode = "rubbish"
			o.CreditOverride = "证书如此"
		}, []string{"credit_code"}},
		"a foundation's code for a social group": {func(o *OrganizationRecord) {
			o.CreditCode = credit.Generate("53",
				"230302", 7)
		}, []string{"credit_code"}},
		"a code of an unknown region": {func(o *OrganizationRecord) {
			o.CreditCode = credit.Generate("51",
				"990302", 7)
		}, []string{"credit_code"}},
		"the Ministry registers too": {func(o *OrganizationRecord) {
			o.CreditCode = credit.Generate("51",
				"100000", 7)
		}, nil},
		"a registered one needs a code": {func(o *OrganizationRecord) { o.CreditCode = "" },
			[]string{"credit_code"}},
		"or a reason": {func(o *OrganizationRecord) {
			o.CreditCode = ""
			o.CreditOverride =
				"境外学校"
		}, nil},
		"a filed one needs a number": {func(o *OrganizationRecord) {
			o.Kind,
				o.CreditCode = "filed_community_org", ""
		}, []string{"filing_number"}},
		"a filed one has no code": {func(o *OrganizationRecord) {
			o.Kind,
				o.FilingNumber = "filed_community_org", "备〔2026〕1号"
		}, []string{"credit_code"}},
		"a filed one with a number passes": {func(o *OrganizationRecord) {
			o.Kind, o.CreditCode, o.FilingNumber = "filed_community_org", "", "备〔2026〕1号"
		}, nil},
		"a team needs nothing": {func(o *OrganizationRecord) { o.Kind, o.CreditCode = "unregistered_team", "" },
			nil},
		"a committee may have a code or not": {func(o *OrganizationRecord) {
			o.Kind, o.CreditCode = "residents_committee",
				""
		}, nil},
		"an unknown kind":        {func(o *OrganizationRecord) { o.Kind = "club" }, []string{"kind"}},
		"a founding day to come": {func(o *OrganizationRecord) { o.Founded = &tomorrow }, []string{"founded"}},
		"an invented topic": {func(o *OrganizationRecord) { o.Topics = []string{"gardening"} },
			[]string{"topics"}},
		"a telephone with letters":   {func(o *OrganizationRecord) { o.Phone = "call me" }, []string{"phone"}},
		"a name with an override":    {func(o *OrganizationRecord) { o.Name = "助\u202e老会" }, []string{"name"}},
		"a name that cannot be seen": {func(o *OrganizationRecord) { o.Name = "\u200d\u3164" }, []string{"name"}},
		"on a list without a reason": {func(o *OrganizationRecord) { o.Standing = "abnormal" },
			[]string{"standing_reason"}},
		"barred without an end": {func(o *OrganizationRecord) { o.Standing, o.StandingReason = "barred", "决定" },
			[]string{"barred_until"}},
		"its own host": {func(
			o *OrganizationRecord) {
			o.ID = "00000000-0000-7000-8000-00000000000a"
			o.FiscalHost = o.ID
		}, []string{"fiscal_host"}},
		"everything at once": {func(o *OrganizationRecord) {
			*o = OrganizationRecord{Phone: "x", Standing: "?", Kind: "?", Topics: []string{"?"}}
		}, []string{"name", "phone", "topics", "standing", "standing_reason", "kind"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := organizationFaults(row.change); !slices.Equal(got, row.want) {
				t.Errorf("faults %q, want %q", got, row.want)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for in, row := range map[string]struct {
		want  region.Code
		fails bool
	}{
		"230302": {"230302", false}, "230302000": {"230302", false}, "230302004": {"230302004", false},
		"230302004001": {"230302004001", false}, "230302999": {"230302999", true}, "230302999001": {"230302999001", true},
		"": {"", true}, "abc": {"", true},
	} {
		t.Run("region "+in, func(t *testing.T) {
			t.Parallel()
			var f workflow.Faults
			if got := f.Region("region", in, places, true); got != row.want || (len(f) > 0) != row.fails {
				t.Errorf("region %q is %q with %v", in, got, f)
			}
		})
	}
}

func TestPasswordsThatAreGuessedFirst(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		password string
		fails    bool
	}{
		"a few words pass":                       {"four words in a row", false},
		"the demonstration's is for it alone":    {"incubase-demo", true},
		"Chinese passes":                         {"星期三学校在东风街道的二楼", false},
		"64 characters pass":                     {strings.Repeat("seven blue herons ", 3) + "and a boat", false},
		"64 characters that repeat do not":       {strings.Repeat("abcdefgh", 8) + "!", true},
		"eleven characters are too few":          {"elevenchars", true},
		"201 are too many":                       {strings.Repeat("abcdef ghi", 21), true},
		"one character repeated":                 {strings.Repeat("a", 20), true},
		"digits in a row":                        {"1234567890123", true},
		"a leaked one with digits":               {"Password2026", true},
		"the login with digits":                  {"zhouguanyuan1", true},
		"a long sentence with the word password": {"my password is a long sentence", false},
		"broken text":                            {"four words \xff in a row", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f workflow.Faults
			f.Password("password", row.password, "zhouguanyuan", "周官员")
			if (len(f) > 0) != row.fails {
				t.Errorf("%q: %v", row.password, f)
			}
		})
	}
}

func TestRolesNeedTheirScope(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-7000-8000-00000000000a"
	past := time.Now().Add(-time.Hour)
	for name, row := range map[string]struct {
		role workflow.NewRole
		want []string
	}{
		"an officer of a county":    {workflow.NewRole{Role: workflow.RoleOfficer, Region: "230302"}, nil},
		"an auditor of the country": {workflow.NewRole{Role: workflow.RoleAuditor, Country: true}, nil},
		"an auditor of nowhere":     {workflow.NewRole{Role: workflow.RoleAuditor}, []string{"region"}},
		"a reviewer of a round":     {workflow.NewRole{Role: workflow.RoleReviewer, Round: id}, nil},
		"an officer of a county and everywhere": {workflow.NewRole{Role: workflow.RoleOfficer, Region: "230302",
			Country: true},
			[]string{"country"}},
		"a certifier everywhere": {workflow.NewRole{Role: workflow.RoleCertifier, Organization: id, Country: true},
			[]string{"country"}},
		"a certifier without an organization": {workflow.NewRole{Role: workflow.RoleCertifier}, []string{"organization"}},
		"a certifier":                         {workflow.NewRole{Role: workflow.RoleCertifier, Organization: id}, nil},
		"an officer of an organization": {workflow.NewRole{Role: workflow.RoleOfficer, Region: "230302", Organization: id},
			[]string{"organization"}},
		"a co-signer without an agency": {workflow.NewRole{Role: workflow.RoleCosigner}, []string{"agency"}},
		"a system administrator with a region": {workflow.NewRole{Role: workflow.RoleSysadmin, Region: "23"},
			[]string{"region"}},
		"the system itself": {workflow.NewRole{Role: workflow.RoleSystem}, []string{"role"}},
		"no such role":      {workflow.NewRole{Role: "king"}, []string{"role"}},
		"an end in the past": {workflow.NewRole{Role: workflow.RoleOfficer, Region: "230302", Until: &past},
			[]string{"until"}},
		"an agency that is no id":      {workflow.NewRole{Role: workflow.RoleCosigner, Agency: "x"}, []string{"agency"}},
		"a region that does not exist": {workflow.NewRole{Role: workflow.RoleOfficer, Region: "990000"}, []string{"region"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := (&Registry{Regions: places}).grant(row.role)
			var bad *workflow.Invalid
			var got []string
			if errors.As(err, &bad) {
				for _, f := range bad.Fields {
					got = append(got, f.Field)
				}
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("faults %q, want %q", got, row.want)
			}
		})
	}
}

func TestCalendarsAreLaidOverEachOther(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate("2027-01-04")
	good := CalendarRecord{Name: "2027", Through: calendar.MustDate("2027-12-31"),
		Days: []calendar.Exception{{Date: day, Kind: calendar.Holiday}}}
	broken := CalendarRecord{Name: "broken", Through: good.Through, Days: []calendar.Exception{{Date: day, Kind: "party"}}}
	c, err := InForce(calendar.Shipped(), []CalendarRecord{broken, good})
	if err == nil || c.IsWorking(day) || c.Through() != good.Through {
		t.Errorf("a broken calendar is said (%v) and the others hold (working %v, through %s)", err, c.IsWorking(day),
			c.Through())
	}
}

func TestEntriesOfRecordsVerify(t *testing.T) {
	t.Parallel()
	good := func() RecordEntry {
		e := RecordEntry{Kind: workflow.KindUser, Record: "u", Seq: 1, Op: "create", Actor: workflow.SystemID,
			At: fixed{}.Now(), Body: "{}",
			BodyHash: sha("{}")}
		e.Hash = sha(string(e.Canonical()))
		return e
	}
	for name, row := range map[string]struct {
		change func(*RecordEntry)
		want   string
	}{
		"as written":            {func(*RecordEntry) {}, ""},
		"erased":                {func(e *RecordEntry) { e.Body, e.Erased = "", true }, ""},
		"another body":          {func(e *RecordEntry) { e.Body = "{ }" }, "what was said"},
		"another time":          {func(e *RecordEntry) { e.At = e.At.Add(time.Microsecond) }, "a value"},
		"one in between is out": {func(e *RecordEntry) { e.Seq = 2 }, "missing"},
		"another past":          {func(e *RecordEntry) { e.Previous = sha("x") }, "previous hash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := good()
			row.change(&e)
			err := e.Verify(RecordEntry{})
			if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

func sha(s string) workflow.Hash { return sha256.Sum256([]byte(s)) }
