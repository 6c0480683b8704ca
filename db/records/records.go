package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

func init() { pg.AppendOnly = append(pg.AppendOnly, "record_bodies") }

// WriteRecord writes a record's change, its chained log entry and its key in one statement; see registry.RecordStore.
func (d *Records) WriteRecord(ctx context.Context, w registry.RecordWrite) (json.RawMessage, error) {
	row, err := rowOf(w)
	if err != nil {
		return nil, err
	}
	args, err := recordArgs(w, row)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", w.Kind, w.ID, err)
	}
	name := "record_" + string(w.Kind) + "_create"
	if w.Version != nil {
		name = "record_" + string(w.Kind) + "_" + statementOf(w.Op)
		args = append(args, *w.Version)
	}
	var receipt string
	before, id := w.Kind, w.ID
	if w.Version == nil {
		before = ""
	}
	err = d.Logged(ctx, before, id, func(t *pg.Tx) error {
		if err := t.Row(name, args, &receipt); err != nil || w.Erase == nil {
			return err
		}
		return eraseRecord(t, w.Erase)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, workflow.ErrMoved
	case err != nil:
		return nil, recordError(err, w)
	}
	return json.RawMessage(receipt), nil
}

func recordArgs(w registry.RecordWrite, row pg.Columns) ([]any, error) {
	body, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	said, err := json.Marshal(registry.RecordBody{Note: w.Note, Record: w.Body})
	if err != nil {
		return nil, err
	}
	receipt, err := json.Marshal(w.Body)
	if err != nil {
		return nil, err
	}
	return []any{string(body), w.Op, w.Actor, pg.Micro(w.At), string(said), w.Key, w.Digest[:], string(receipt)}, nil
}

func recordError(err error, w registry.RecordWrite) error {
	var r *workflow.Refused
	if errors.As(err, &r) {
		return &workflow.Refused{Action: string(w.Kind) + "." + w.Op, Refusals: r.Refusals}
	}
	return fmt.Errorf("%s %s %s: %w", w.Op, w.Kind, w.ID, err)
}

func rowOf(w registry.RecordWrite) (pg.Columns, error) {
	switch r := w.Body.(type) {
	case registry.OrganizationRecord:
		return OrganizationColumns(r), nil
	case registry.ProjectRecord:
		return placed(r.Region, pg.Columns{"id": r.ID, "organization_id": r.Organization, "title": r.Title,
			"summary": r.Summary,
			"topics":  pg.List(r.Topics), "region": r.Region, "created_at": r.Created, "updated_at": r.Updated}), nil
	case workflow.RoundRecord:
		return roundColumns(r), nil
	case registry.UserRecord:
		row := pg.Columns{"id": r.ID, "login": r.Login, "name": r.Name, "organization_id": pg.Opt(r.Organization),
			"agency_id": pg.Opt(r.Agency),
			"disabled":  r.Disabled, "created_at": r.Created, "updated_at": pg.Micro(w.At)}
		return withSecret(row, r, w), nil
	case registry.RoleRecord:
		return pg.Columns{"id": r.ID, "user_id": r.User, "role": r.Role, "region": r.Region, "agency_id": pg.Opt(r.Agency),
			"organization_id": pg.Opt(r.Organization), "round_id": pg.Opt(r.Round), "until": r.Until}, nil
	case registry.AgencyRecord:
		return placed(r.Region, pg.Columns{"id": r.ID, "name_zh": r.Name.ZH, "name_en": r.Name.EN, "kind": r.Kind,
			"region": r.Region}), nil
	case registry.CompetenceRecord:
		return pg.Columns{"id": r.ID, "agency_id": r.Agency, "topic": r.Topic, "region": r.Region, "action": r.Action}, nil
	case registry.CalendarRecord:
		return pg.Columns{"id": r.ID, "name": r.Name, "source": r.Source, "through": r.Through, "days": pg.List(r.Days)}, nil
	case registry.RegionRecord:
		return pg.Columns{"code": r.Code, "pilot": r.Pilot}, nil
	}
	return nil, fmt.Errorf("write record %s: no table for %T", w.Kind, w.Body)
}

// statementOf names the statement of a change: changes of codes have their own.
func statementOf(op string) string {
	if strings.HasPrefix(op, "reset_") || op == "password_chosen" || op == "erased" {
		return op
	}
	return "change"
}

// withSecret adds to an account's row what no log may show: the hash of its password or of the halves of its code.
func withSecret(row pg.Columns, u registry.UserRecord, w registry.RecordWrite) pg.Columns {
	const half = 64
	if u.Reset != nil {
		row["code"], row["approval"] = u.Reset.ID, u.Reset.Approval
	}
	switch {
	case w.Secret == "":
	case w.Op == "password_chosen":
		hash, forget := strings.CutSuffix(w.Secret[2*half:], registry.ForgetFactor)
		row["first"], row["second"], row["password_hash"] = w.Secret[:half], w.Secret[half:2*half], hash
		if forget {
			row["forget_factor"] = true
		}
	case u.Reset != nil:
		row["half"] = w.Secret
	default:
		row["password_hash"] = w.Secret
	}
	return row
}

func OrganizationColumns(o registry.OrganizationRecord) pg.Columns {
	return placed(o.Region, pg.Columns{"id": o.ID, "name": o.Name, "kind": o.Kind, "credit_code": o.CreditCode,
		"credit_override": o.CreditOverride, "filing_number": o.FilingNumber, "fiscal_host": pg.Opt(o.FiscalHost),
		"region":  o.Region,
		"address": o.Address, "contact": o.Contact, "phone": o.Phone, "about": o.About, "founded": o.Founded,
		"topics": pg.List(o.Topics), "standing": o.Standing, "standing_reason": o.StandingReason,
		"barred_until": o.BarredUntil,
		"created_at":   o.Created, "updated_at": o.Updated, "alone": o.Alone})
}

func roundColumns(r workflow.RoundRecord) pg.Columns {
	row := pg.Columns{"id": r.ID, "state": r.State, "name_zh": r.Name.ZH, "name_en": r.Name.EN,
		"agency_id": pg.Opt(r.Agency),
		"opens_at":  r.Opens, "closes_at": r.Closes, "tracks": pg.List(r.Tracks), "rules": r.Rules,
		"form_number": r.FormNumber,
		"total_fen":   r.Total, "updated_at": r.Updated}
	if len(r.Form) > 0 {
		row["form"] = r.Form
	}
	return row
}

// placed adds a column for every level of a place, so that scopes compare by equality.
func placed(c region.Code, row pg.Columns) pg.Columns {
	maps.Copy(row, pg.Columns{"province": c.Province(), "city": c.City(), "county": c.County(), "street": c.Street(),
		"community": c.Community()})
	return row
}

type recordRow struct {
	Doc *string `db:"doc"`
	pg.KeyRow
}

// ReadRecord reads one record and the earlier receipt of (actor, key) in one statement; see registry.RecordStore.
func (d *Records) ReadRecord(ctx context.Context, kind workflow.RecordKind, id, actor workflow.ID, key string,
	out any) (*workflow.StoredReceipt, error) {
	if kind == workflow.KindRound && id != "" && pg.IdOrNil(id) == nil { // a round has a reference too
		found, err := RoundOf(ctx, d.DB, id)
		if none := (*workflow.Invalid)(nil); errors.As(err, &none) {
			return nil, workflow.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		id = found
	}
	var which any = pg.IdOrNil(id)
	if kind == workflow.KindRegion {
		which = string(id)
	}
	var row recordRow
	if err := d.Read.One(ctx, &row, "record_"+string(kind)+"_read", which, pg.IdOrNil(actor), key); err != nil {
		return nil, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	if r := row.Receipt(); r != nil {
		return r, nil
	}
	if id == "" {
		return nil, nil
	}
	if row.Doc == nil {
		return nil, workflow.ErrNotFound
	}
	if err := json.Unmarshal([]byte(*row.Doc), out); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", kind, id, err)
	}
	return nil, nil
}

func init() {
	pg.Rule("credit_code_once", "credit_code_once", "这个统一社会信用代码已经登记过", "this credit code is registered already")
	pg.Rule("filing_number_once", "filing_number_once", "本县（区）已有这个备案编号", "this filing number exists in the county already")
	pg.Rule("organizations_fiscal_host_fkey", "fiscal_host", "没有这个代管单位", "there is no such fiscal host")
	pg.Rule("registered_has_code", "registered_has_code", "登记的组织须有统一社会信用代码，或由项目官员写明原因",
		"a registered organization has a credit code, or an officer says why not")
	pg.Rule("filed_has_number", "filed_has_number", "备案的组织须有备案编号", "a filed organization has a filing number")
	pg.Rule("region_known", "region_known", "没有这个地区", "there is no such region")
	pg.Rule("project_region_known", "region_known", "没有这个地区", "there is no such region")
	pg.Rule("project_once", "project_once", "本组织已有同名项目", "the organization has a project of that title already")
	pg.Rule("agency_once", "agency_once", "本地区已有同名单位", "the region has an agency of that name already")
	pg.Rule("competence_once", "competence_once", "这个单位已有这项职能", "the agency has this competence already")
	pg.Rule("login_once", "login_once", "这个登录名已被使用", "this login is taken")
	pg.Rule("users_organization_id_fkey", "organization_known", "没有这个组织", "there is no such organization")
	pg.Rule("users_agency_id_fkey", "agency_known", "没有这个单位", "there is no such agency")
	pg.Rule("applicant_and_staff_are_separate", "applicant_and_staff_are_separate",
		"同一账号不能既是组织的填写人或负责人，又是该组织所在地区的工作人员：请先收回其中一项角色，或由另一账号担任",
		"one account cannot both act for an organization and be of the staff of its place: end one of the roles first, or "+
			"use another account")
	pg.Rule("powers_are_separate", "powers_are_separate", "系统、安全、审计管理员与业务角色不能由同一人担任（三员分立）",
		"system, security and audit administrators exclude each other and every business role")
	pg.Rule("code_of_two_persons", "two_persons", "发起人不能自己批准，请由另一人批准",
		"another person than the one who started the code has to approve it")
	pg.Rule("code_of_others", "separation", "不能对自己的账号这样做，请由另一位管理员办理", "not on your own account: ask another administrator")
	pg.Rule("finance_is_two", "finance_is_two", "制单与复核须由两人办理",
		"the person who prepares payments may not release them: two persons")
	pg.Rule("deciding_is_apart", "deciding_is_apart", "审批与受理、审核须由不同的人办理",
		"the person who decides may not prepare or check what is decided: two persons")
	pg.Rule("auditing_is_apart", "auditing_is_apart", "审计须独立于被审计的业务",
		"an auditor may not do the work that is audited: two persons")
	pg.Rule("role_once", "role_once", "这个人已有这项授权", "the person holds this role in this scope already")
	pg.Rule("role_grants_organization_id_fkey", "organization_known", "没有这个组织", "there is no such organization")
	pg.Rule("role_grants_agency_id_fkey", "agency_known", "没有这个单位", "there is no such agency")
	pg.Rule("role_of_a_round", "round_known", "没有这个批次", "there is no such round")
	pg.Rule("system_holds_no_roles", "no_person", "系统账号不能授权", "an account that is no person holds no roles")
	pg.Rule("calendar_name_once", "calendar_name_once", "已有同名日历", "there is a calendar of that name already")
	pg.Rule("rounds_agency_id_fkey", "agency_known", "没有这个单位", "there is no such agency")
	pg.Rule("plain_line", "plain_line", "文字里有看不见的控制字符", "a text contains characters that cannot be seen")
	pg.Rule("plain_text", "plain_text", "文字里有看不见的控制字符", "a text contains characters that cannot be seen")
}
