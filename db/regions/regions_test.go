package regions

import (
	"testing"

	"incubase/workflow/region"
)

func TestAll(t *testing.T) {
	t.Parallel()
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[region.Code]Region{}
	count := map[region.Level]int{}
	for _, r := range all {
		if _, twice := byCode[r.Code]; twice || r.Name == "" || r.Full == "" {
			t.Errorf("%+v: twice, or without a name", r)
		}
		if _, there := byCode[r.Parent]; r.Parent != "" && !there {
			t.Errorf("%s %s lies in %s, which is not before it", r.Code, r.Name, r.Parent)
		}
		if c, err := region.Parse(string(r.Code)); r.Same == "" && (err != nil || c != r.Code || c.Level() != r.Level) {
			t.Errorf("%s %s is no canonical code: %v", r.Code, r.Name, err)
		}
		byCode[r.Code] = r
		count[r.Level]++
	}
	want := map[region.Level]int{region.Province: 31, region.City: 342, region.County: 2978, region.Street: 41352}
	for level, n := range want {
		if count[level] != n {
			t.Errorf("%d of level %s, want %d", count[level], level, n)
		}
	}
	for code, full := range map[region.Code]string{
		"23": "黑龙江省", "230302": "黑龙江省鸡西市鸡冠区", "110101": "北京市东城区", "441900003": "广东省东莞市东城街道",
		"4419": "广东省东莞市", "620201": "甘肃省嘉峪关市嘉峪关市", "1101": "北京市市辖区", "230302004": "黑龙江省鸡西市鸡冠区东风街道",
	} {
		if byCode[code].Full != full {
			t.Errorf("%s is %q, want %q", code, byCode[code].Full, full)
		}
	}
	if got := byCode["441900003"].Parent; got != "4419" {
		t.Errorf("a street of Dongguan lies in %q, want the city", got)
	}
	if got := byCode["441900"]; got.Same != "4419" || byCode["350527000"].Same != "350527" {
		t.Errorf("Dongguan's repetition says %q", got.Same)
	}
}

func TestNamesAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	names, err := LoadNames()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := Each(func(r Region) {
		want := r.Full
		if r.Same != "" {
			want = ""
		}
		if got := names.Of(r.Code); got != want {
			t.Errorf("%s is %q, want %q", r.Code, got, want)
		}
		n++
	}); err != nil || n != 44_703 {
		t.Error(n, err)
	}
	for _, none := range []region.Code{"", "0", "00", "99", "2303020040", "230302004001", "23030", "x", "+23", "-1",
		"0000000000000023"} {
		if got := names.Of(none); got != "" {
			t.Errorf("%q is called %q", none, got)
		}
	}
}

func BenchmarkAll(b *testing.B) {
	for b.Loop() {
		if _, err := All(); err != nil {
			b.Fatal(err)
		}
	}
}
