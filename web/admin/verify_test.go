package admin_test

import (
	"crypto/ed25519"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestAllRecordsAreCheckedOnAPage: in the background, with its result kept; a changed row is named; only auditors look.
func TestAllRecordsAreCheckedOnAPage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	round, _ := s.Round()
	ref := s.Submitted(round, "星期三学校")
	v := s.Visit("auditor", "zh")
	if p := v.Get("/verify"); !slices.Contains(v.Get("/").Links(), "/verify") || !strings.Contains(p.Main(), "还没有签过名") {
		t.Errorf("before the first check: %s", p.Main())
	}
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.DB.Believe(t, pub)
	if _, err := s.In.DB.SignRoot(t.Context(), time.Now(), key); err != nil {
		t.Fatal(err)
	}
	check := func() string {
		p := v.Get("/verify").Form("/verify").Send()
		for end := time.Now().Add(time.Minute); strings.Contains(p.Main(), "正在进行") &&
			time.Now().Before(end); p = v.Get("/verify") {
			time.Sleep(20 * time.Millisecond)
		}
		return p.Main()
	}
	if got := check(); !strings.Contains(got, "全部相符") || !strings.Contains(got, "签名 1 个") ||
		!strings.Contains(got, "杨审计员") {
		t.Errorf("a sound installation: %s", got)
	}
	if _, err := s.Owner.ExecContext(t.Context(),
		`update events set at = at + interval '1 hour' where seq = 2 and case_id = (select id from cases where ref = $1)`,
		ref); err != nil {
		t.Fatal(err)
	}
	id := s.Want(http.StatusOK, "GET", "/cases/"+ref, "officer", nil).Body["id"].(string)
	if got := check(); !strings.Contains(got, "1 处不符") || !strings.Contains(got, id) || strings.Contains(got, "全部相符") {
		t.Errorf("a changed event: %s", got)
	}
	for login, status := range map[string]int{"auditadmin": 200, "officer": 404, "analyst": 404, "sysadmin": 404} {
		if p := s.Visit(login, "zh").Get("/verify"); p.Status != status {
			t.Errorf("%s: %d", login, p.Status)
		}
	}
}
