package print

import (
	_ "embed" // the font
	"fmt"
	"sync"
	"weak"

	"github.com/klauspost/compress/zstd"
)

// Noto Serif SC in one weight (font/font.lock says which, font/fetch brings it): it has the rare characters of people's
// names, which sets like GB 2312 lack.
//
//go:embed font/NotoSerifSC_400Regular.ttf.zst
var packed []byte

// unpacked is shared by those who print at the same time and let go of with the next collection: nobody printing, no
// memory.
var unpacked struct {
	sync.Mutex
	ttf weak.Pointer[[]byte]
}

// font unpacks the font, at the first use after a while.
func font() (*[]byte, error) {
	unpacked.Lock()
	defer unpacked.Unlock()
	if b := unpacked.ttf.Value(); b != nil {
		return b, nil
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		return nil, fmt.Errorf("open the font: %w", err)
	}
	defer z.Close()
	b, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack the font: %w", err)
	}
	unpacked.ttf = weak.Make(&b)
	return &b, nil
}
