package pg

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"incubase/workflow"
)

// RowKey is the HMAC key that binds rows to the log, one for all servers. It proves that a server wrote a row, since
// the database does not hold it. Without it verification checks hashes only.
type RowKey []byte

func (k RowKey) Fingerprint() workflow.Hash { return k.Mac("fingerprint", nil) }

// Mac binds a text under a name, so that one kind of row cannot pass for another.
func (k RowKey) Mac(name string, text []byte) (sum workflow.Hash) {
	h := hmac.New(sha256.New, k)
	_, _ = fmt.Fprintf(h, "incubase-bound-1 %s\n", name)
	_, _ = h.Write(text)
	h.Sum(sum[:0])
	return sum
}

func (k RowKey) Row(table string, row []byte) (workflow.Hash, error) {
	text, err := canonical(table, row)
	if err != nil {
		return workflow.Hash{}, err
	}
	return k.Mac(table, text), nil
}

func (k RowKey) RowOf(table string, row any) (workflow.Hash, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return workflow.Hash{}, fmt.Errorf("bind a row of %s: %w", table, err)
	}
	return k.Row(table, text)
}

// Wrote holds the rows of other tables that an event wrote, by table.
type Wrote map[string][]json.RawMessage

func (w Wrote) Add(table string, row any) error {
	text, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("bind a row of %s: %w", table, err)
	}
	w[table] = append(w[table], text)
	return nil
}

// Event binds an event, by its hash, and the rows it wrote.
func (k RowKey) Event(hash string, w Wrote) (workflow.Hash, error) {
	text := []byte(hash)
	for _, table := range slices.Sorted(maps.Keys(w)) {
		rows := make([]string, len(w[table]))
		for i, row := range w[table] {
			c, err := canonical(table, row)
			if err != nil {
				return workflow.Hash{}, err
			}
			rows[i] = string(c)
		}
		slices.Sort(rows)
		for _, row := range rows {
			text = fmt.Appendf(text, "\n%s %s", table, row)
		}
	}
	return k.Mac("event", text), nil
}

// Digest binds a body that can be erased.
func (k RowKey) Digest(body []byte) (workflow.Hash, error) {
	text := jsontext.Value(slices.Clone(body))
	if err := text.Canonicalize(); err != nil {
		return workflow.Hash{}, fmt.Errorf("bind a body: %w", err)
	}
	return k.Mac("body", text), nil
}

// Record binds a record's rows as they stand after an entry of its log; row is null for a deleted record.
func (k RowKey) Record(kind, id string, seq int, hash workflow.Hash, row []byte) (workflow.Hash, error) {
	text := fmt.Appendf(nil, "%s\n%s\n%d\n%s\n", kind, id, seq, hash)
	var parts map[string]jsontext.Value // by table
	if err := jsonv2.Unmarshal(row, &parts); err != nil {
		return workflow.Hash{}, fmt.Errorf("bind %s %s: %w", kind, id, err)
	}
	for _, table := range slices.Sorted(maps.Keys(parts)) {
		rows := []jsontext.Value{parts[table]}
		if parts[table].Kind() == '[' {
			rows = nil
			if err := jsonv2.Unmarshal(parts[table], &rows); err != nil {
				return workflow.Hash{}, fmt.Errorf("bind %s %s: %w", kind, id, err)
			}
		}
		for _, r := range rows {
			if r.Kind() == 'n' {
				continue
			}
			c, err := canonical(table, r)
			if err != nil {
				return workflow.Hash{}, err
			}
			text = fmt.Appendf(text, "%s %s\n", table, c)
		}
	}
	return k.Mac("record", text), nil
}

func (k RowKey) Attached(file, on workflow.ID) string {
	return Bytea(k.Mac("attached", fmt.Appendf(nil, "%s\n%s", file, on)))
}

// Sealer derives the encryption key of second factors, so that the database alone reveals no secret.
func (k RowKey) Sealer() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k, nil, "incubase second factors 1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
