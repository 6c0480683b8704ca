package print

import (
	_ "embed" // the font
	"fmt"
	"sync"
	"weak"

	"github.com/klauspost/compress/zstd"
)

// packed is Noto Serif SC in one weight (font/font.lock, font/fetch). It has the rare characters of people's names
// that sets such as GB 2312 lack.
//
//go:embed font/NotoSerifSC_400Regular.ttf.zst
var packed []byte

// unpacked is shared by concurrent drawings. The weak pointer frees the font's memory when there are none.
var unpacked struct {
	sync.Mutex
	ttf weak.Pointer[[]byte]
}

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
