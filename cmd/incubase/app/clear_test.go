package app

import "testing"

// TestServingInClearIsNoticed: only loopback and TLS keep passwords from others on the network.
func TestServingInClearIsNoticed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		listen string
		secure bool
		want   bool
	}{
		{"127.0.0.1:8080", false, false},
		{"[::1]:8080", false, false},
		{"localhost:8080", false, false},
		{"0.0.0.0:8080", false, true},
		{":8080", false, true},
		{"[::]:8080", false, true},
		{"192.0.2.7:8080", false, true},
		{"192.0.2.7:8080", true, false},
	} {
		c := &ServeCommand{Listen: tt.listen, Secure: tt.secure}
		if got := c.InClear(); got != tt.want {
			t.Errorf("%s, secure %v: in clear is %v", tt.listen, tt.secure, got)
		}
	}
}
