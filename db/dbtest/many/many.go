// Package many fills a database with as many cases as a country has: copies, made in SQL, of the grants that it
// holds.
//
// A copy has its own ids, reference, organization, project, round, county and time; the rest is its prototype's.
// Columns come from the catalog, so new ones need no change here. Boards and envelopes count the copies. Copies keep
// their prototypes' hashes, so their chains do not verify, and their timers do not run.
package many

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"

	_ "github.com/lib/pq" // the driver
)

type Options struct {
	URL   string // of the owner, or of a superuser, who skips foreign keys
	Cases int
	Home  string // the county of a tenth of all, where copies keep their prototypes' duties
	// Organization names in the home county and elsewhere; %s is a number.
	Name, Elsewhere string
}

//go:embed prepare.sql
var prepare string

//go:embed finish.sql
var finish string

const batch = 20_000

// tables lists tables in the order of their foreign keys, with the column that names the case.
var tables = [][2]string{{"cases", "id"}, {"rounds", "id"}, {"events", "case_id"}, {"event_payloads", "case_id"},
	{"case_answers", "case_id"}, {"case_words", "case_id"}, {"case_parties", "case_id"}, {"duties", "case_id"},
	{"postings", "case_id"}, {"papers", "case_id"}}

func Fill(ctx context.Context, o Options) error {
	pool, err := sql.Open("postgres", o.URL)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	c, err := pool.Conn(ctx) // temporary tables belong to a connection
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, _ = c.ExecContext(ctx, "set session_replication_role = replica") // if the role may; else keys are checked
	names := strings.NewReplacer(":'home'", "'"+o.Home+"'", ":cases", fmt.Sprint(o.Cases),
		":'name'", "'"+cmp.Or(o.Name, "第%s社工服务中心")+"'",
		":'elsewhere'", "'"+cmp.Or(o.Elsewhere, o.Name, "第%s社工服务中心")+"'")
	if _, err := c.ExecContext(ctx, names.Replace(prepare)); err != nil {
		return fmt.Errorf("prepare copies: %w", err)
	}
	var statements []string
	for _, s := range []struct{ table, from string }{
		{"organizations", "(select distinct on (x.new_org) * from many_copies x where x.new_org is not null) c " +
			"join organizations r on r.id = c.org"},
		{"projects", "many_copies c join projects r on r.id = c.project"},
	} {
		text, err := insert(ctx, c, s.table, s.from)
		if err != nil {
			return err
		}
		statements = append(statements, text)
	}
	if err := run(ctx, c, statements); err != nil {
		return err
	}
	statements = statements[:0]
	for _, t := range tables {
		text, err := insert(ctx, c, t[0], fmt.Sprintf("many_copies c join many_members m on m.root = c.root "+
			"join %s r on r.%s = m.id", t[0], t[1]))
		if err != nil {
			return err
		}
		statements = append(statements, text)
	}
	for from, to := math.MinInt32, 0; from < o.Cases; from, to = to, to+batch { // rounds have numbers below one
		var part []string
		for _, s := range statements {
			part = append(part, fmt.Sprintf("%s and c.n > %d and c.n <= %d", s, from, to))
		}
		if err := run(ctx, c, part); err != nil {
			return err
		}
	}
	_, err = c.ExecContext(ctx, finish)
	return err
}

func run(ctx context.Context, c *sql.Conn, statements []string) error {
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return tx.Commit()
}

// insert returns the statement that copies a table's rows (r) for the copies (c).
func insert(ctx context.Context, c *sql.Conn, table, from string) (string, error) {
	rows, err := c.QueryContext(ctx, `select attname, format_type(atttypid, null) from pg_attribute
		where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''`, table)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var columns, values []string
	for rows.Next() {
		var column, kind string
		if err := rows.Scan(&column, &kind); err != nil {
			return "", err
		}
		columns, values = append(columns, column), append(values, value(table, column, kind))
	}
	return fmt.Sprintf("insert into %s (%s) select %s from %s where %s", table, strings.Join(columns, ", "),
		strings.Join(values, ", "), from, cmp.Or(kept[table], "true")), rows.Err()
}

// kept limits the rows that copies outside the home county keep.
var kept = map[string]string{
	"case_parties": "(c.home or r.who = c.org)",
	"duties":       "(c.home or r.user_id is null)",
}

// code differs for every organization.
const code = "upper(left(md5(c.new_org::text), 10))"

// special lists columns that follow no rule of their type.
var special = map[string]string{
	"organizations.id": "c.new_org", "organizations.name": "c.new_name",
	"organizations.credit_code":   "case when r.credit_code = '' then '' else '52' || c.county || " + code + " end",
	"organizations.filing_number": "case when r.filing_number = '' then '' else " + code + " end",
	"projects.title":              "left(r.title, 100) || ' ' || c.n",
	"cases.lead_id":               "case when c.home then r.lead_id end",
	"papers.word":                 "''", "papers.serial": "0", "events.row_mac": "null", "events.rows_mac": "null",
	"rounds.region": "case when c.home then r.region::text else '' end",
}

// told lists text columns that name records.
var told = []string{"ref", "unique_key", "words", "body", "debit", "credit", "jsonb", "jsonb_object", "jsonb_array"}

func value(table, column, kind string) string {
	r := "r." + column
	if s, ok := special[table+"."+column]; ok {
		return s
	}
	switch column {
	case "region":
		return "case when r.region = '' then '' else c.county end"
	case "province":
		return "case when r.province = '' then '' else left(c.county, 2) end"
	case "city":
		return "case when r.city = '' then '' else left(c.county, 4) end"
	case "county":
		return "case when r.county = '' then '' else c.county end"
	case "street", "community":
		return "''"
	}
	switch {
	case kind == "uuid" && column == "id" && table != "projects":
		return "pg_temp.many_id(r.id, c.key)"
	case kind == "uuid" && (table == "organizations" || table == "projects"):
		return fmt.Sprintf("case %s when c.org then c.new_org when c.project then c.new_project else %[1]s end", r)
	case kind == "uuid":
		return fmt.Sprintf("case when %s = c.org then c.new_org when %[1]s = c.project then c.new_project "+
			"when %[1]s = c.round then c.new_round "+
			"when %[1]s = any(c.members) then pg_temp.many_id(%[1]s, c.key) else %[1]s end", r)
	case kind == "timestamp with time zone" || kind == "date":
		return fmt.Sprintf("(%s - c.days * interval '1 day')::%s", r, kind)
	case slices.Contains(told, column) || slices.Contains(told, kind):
		text := r + "::text"
		for _, x := range []string{"root", "org", "project", "round", "ref", "name"} {
			text = fmt.Sprintf("replace(%s, coalesce(c.%s::text, ''), coalesce(c.new_%[2]s::text, ''))", text, x)
		}
		return "(" + text + ")::" + kind
	}
	return r
}
