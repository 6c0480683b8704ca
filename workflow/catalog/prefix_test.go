package catalog_test

import (
	"strings"
	"testing"
)

func TestAPrefixInUseIsRefused(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	d := all.Machine("incubation", 0).Definition()
	if d.Version++; all.Fits(d) != nil {
		t.Errorf("a new version: %v", all.Fits(d))
	}
	d.Prefix = "GA"
	if err := all.Fits(d); err == nil || !strings.Contains(err.Error(), "in use by workflow grant") {
		t.Errorf("a prefix of another workflow: %v", err)
	}
}
