package pg

import (
	"encoding/json"

	"incubase/workflow"
)

type KeyRow struct {
	KeyDigest  []byte  `db:"key_digest"`
	KeyReceipt *string `db:"key_receipt"`
}

// Receipt returns the earlier answer under the idempotency key, or nil.
func (k *KeyRow) Receipt() *workflow.StoredReceipt {
	if k.KeyReceipt == nil {
		return nil
	}
	return &workflow.StoredReceipt{Digest: HashOf(k.KeyDigest), Receipt: json.RawMessage(*k.KeyReceipt)}
}
