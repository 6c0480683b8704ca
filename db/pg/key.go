package pg

import (
	"encoding/json"

	"incubase/workflow"
)

type KeyRow struct {
	KeyDigest  []byte  `db:"key_digest"`
	KeyReceipt *string `db:"key_receipt"`
}

// Receipt is the earlier answer under the key, if there is one.
func (k *KeyRow) Receipt() *workflow.StoredReceipt {
	if k.KeyReceipt == nil {
		return nil
	}
	return &workflow.StoredReceipt{Digest: HashOf(k.KeyDigest), Receipt: json.RawMessage(*k.KeyReceipt)}
}
