package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/registry"
)

func init() {
	pg.AppendOnly = append(pg.AppendOnly, "imports", "external_ids")
	pg.Rule("external_id_once", "external_id_once", "这个编号已由另一次导入占用，请重新运行",
		"another import has just used this identifier; run it again")
}

type ImportFile struct {
	ID     workflow.ID
	Name   string // without the folder
	SHA256 workflow.Hash
}

type ImportSource struct {
	External string // the publisher's identifier
	Row      int    // from 1
	Hash     workflow.Hash
}

type ImportedOrganization struct {
	ImportSource
	Record registry.OrganizationRecord
}

type ImportedAward struct {
	ImportSource
	Birth   workflow.OpenedCase
	Answers json.RawMessage
}

type Imported struct {
	External string `db:"external_id"`
	Record   string `db:"record_id"`
	Hash     []byte `db:"row_hash"`
	Name     string `db:"name"` // of an organization
	Ref      string `db:"ref"`  // of a case
}

// Kinds of records that publishers' identifiers name.
const (
	ExternalOrganization = "organization"
	ExternalCase         = "case"
)

// Imported returns what earlier imports made of the identifiers, by identifier.
func (d *Cases) Imported(ctx context.Context, kind string, external []string) (map[string]Imported, error) {
	var rows []Imported
	if err := d.Read.All(ctx, &rows, "import_known", kind, pq.Array(pg.List(external))); err != nil {
		return nil, fmt.Errorf("look up what was imported before: %w", err)
	}
	out := make(map[string]Imported, len(rows))
	for _, r := range rows {
		out[r.External] = r
	}
	return out, nil
}

type importDoc struct {
	Source        pg.Columns   `json:"source"`
	Organizations []pg.Columns `json:"organizations"`
	Said          []saidDoc    `json:"said"`
	Cases         []*caseDoc   `json:"cases"`
	Events        []eventDoc   `json:"events"`
	Payloads      []payloadDoc `json:"payloads"`
	Answers       []answersDoc `json:"answers"`
	Identifiers   []pg.Columns `json:"identifiers"`
}

type saidDoc struct {
	ID   workflow.ID `json:"id"`
	Body string      `json:"body"`
}

// ImportAwards writes past awards and their organizations in one statement, all or nothing. A *workflow.Refused of
// rule external_id_once means that a concurrent import used an identifier.
func (d *Cases) ImportAwards(ctx context.Context, f ImportFile, at time.Time, organizations []ImportedOrganization,
	awards []ImportedAward) error {
	doc := importDoc{Source: pg.Columns{"id": f.ID, "file": f.Name, "sha256": pg.Bytea(f.SHA256)},
		Organizations: []pg.Columns{},
		// lists, never null
		Said: []saidDoc{}, Cases: []*caseDoc{}, Events: []eventDoc{}, Payloads: []payloadDoc{}, Answers: []answersDoc{},
		Identifiers: []pg.Columns{}}
	for i := range organizations {
		if err := doc.organization(f, &organizations[i]); err != nil {
			return err
		}
	}
	for i := range awards {
		if err := doc.award(d.RowKey, f, &awards[i]); err != nil {
			return err
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode a batch of awards: %w", err)
	}
	var cases, orgs int
	err = d.Logged(ctx, "", "", func(t *pg.Tx) error {
		return t.Row("import_awards", []any{string(body), workflow.SystemID, pg.Micro(at)}, &cases, &orgs)
	})
	if err != nil {
		return fmt.Errorf("write a batch of awards: %w", err)
	}
	if cases != len(awards) || orgs != len(organizations) {
		return fmt.Errorf("write a batch of awards: %d cases and %d organizations of %d and %d", cases, orgs, len(awards),
			len(organizations))
	}
	return nil
}

func (doc *importDoc) organization(f ImportFile, o *ImportedOrganization) error {
	said, err := json.Marshal(registry.RecordBody{Note: fmt.Sprintf("%s: %s, %d", f.Name, o.External, o.Row),
		Record: o.Record})
	if err != nil {
		return fmt.Errorf("encode organization %s: %w", o.External, err)
	}
	doc.Organizations = append(doc.Organizations, records.OrganizationColumns(o.Record))
	doc.Said = append(doc.Said, saidDoc{o.Record.ID, string(said)})
	doc.identify(f, ExternalOrganization, o.Record.ID, o.ImportSource)
	return nil
}

func (doc *importDoc) award(key pg.RowKey, f ImportFile, a *ImportedAward) error {
	c, e := &a.Birth.Case, &a.Birth.Event
	var birth document
	birth.event(e)
	birth.Answers = []answersDoc{{c.ID, c.AnswersRevision, a.Answers, pg.Micro(e.At), e.Seq, nil, 0}}
	if err := bindDocument(key, &birth, c); err != nil {
		return err
	}
	doc.Cases = append(doc.Cases, newCaseDoc(c))
	doc.Events, doc.Payloads = append(doc.Events, birth.Events...), append(doc.Payloads, birth.Payloads...)
	doc.Answers = append(doc.Answers, birth.Answers...)
	doc.identify(f, ExternalCase, c.ID, a.ImportSource)
	return nil
}

func (doc *importDoc) identify(f ImportFile, kind string, record workflow.ID, s ImportSource) {
	doc.Identifiers = append(doc.Identifiers, pg.Columns{"kind": kind, "external_id": s.External, "record_id": record,
		"import_id":  f.ID,
		"row_number": s.Row, "row_hash": pg.Bytea(s.Hash)})
}

// RememberImport records which row of which file became a record. It is idempotent.
func (d *Cases) RememberImport(ctx context.Context, f ImportFile, kind string, actor workflow.ID, recordKind string,
	record workflow.ID, s ImportSource) error {
	err := d.Write.Run(ctx, "import_remember", f.ID, kind, f.Name, f.SHA256[:], actor, recordKind, s.External, record,
		s.Row, s.Hash[:])
	if err != nil {
		return fmt.Errorf("remember row %d: %w", s.Row, err)
	}
	return nil
}
