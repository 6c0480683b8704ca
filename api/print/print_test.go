package print_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"incubase/api/print"
	"incubase/workflow/calendar"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

func sample(kind string) *paper.Paper {
	at := time.Date(2026, 3, 20, 1, 0, 0, 0, time.UTC)
	p := &paper.Paper{ID: "1", Kind: kind, Word: "黑民社孵", Year: 2026, Serial: 12, At: at, Facts: paper.Facts{
		Issuer: "鸡西市鸡冠区民政局", Ref: "GA-2026-0042", Title: "玥堃昇𬭚四人的银龄助餐", Organization: "鸡冠区银龄互助社（示例）",
		CreditCode: "53230302MJ0000000X",
		Round:      text.Text{ZH: "2026年银龄互助专项（示例）", EN: "Elders' mutual help 2026 (example)"}, Requested: 6_000_000,
		Amount: 5_000_850, Reviews: 3,
		Cosigners: []text.Text{{ZH: "鸡冠区文体局"}, {ZH: "鸡冠区妇联"}}, Contact: "演示孵化基地 0000-1234567，工作日 9:00—17:00",
		From: calendar.MustDate("2026-03-10"), Until: calendar.MustDate("2026-03-16"),
		SignBy: calendar.MustDate("2026-04-10"), Day: calendar.DateOf(at),
		Tranches: []paper.Tranche{{N: 1, Amount: 3_000_510}, {N: 2, Amount: 2_000_340, Reports: 1}},
	}}
	if kind == paper.Refusal {
		p.Facts.Reason = "预算与活动内容不符，“志愿者补贴”一项超过规定比例；实施地点不在本区。"
	}
	if kind == paper.Minutes {
		p.Facts.Decided = &paper.Decision{Reviewers: 5, Conflicts: 1, Officers: []string{"李玥"},
			Deciders: []string{"张堃", "陈昇"}, Cases: []paper.Decided{
				{Ref: "GA-2026-0042", Organization: "鸡冠区银龄互助社（示例）", Title: "玥堃昇𬭚四人的银龄助餐", Amount: 5_000_850, Standing: "awarded",
					Label: "已立项"},
				{Ref: "GA-2026-0043", Organization: "演示另一组织", Title: "星期三学校", Standing: "refused", Label: "不予立项"}}}
	}
	if kind == paper.Entry { // it names no project
		p.Facts.Organization = "堃昇𬭚互助社（示例）"
	}
	if kind == paper.Agreement || kind == paper.Entry {
		p.Word, p.Serial = "", 0
		p.Facts.Seats = []paper.Seat{{Party: "certifier", Label: text.Text{ZH: "申报单位负责人"}, Own: true},
			{Party: "officer", Label: text.Text{ZH: "基地工作人员"}}}
		p.Freeze()
		p.Signed = []paper.Signature{{Party: "certifier", Name: "张堃", At: at}, {Party: "officer", Name: "李玥", At: at}}
	}
	return p
}

func said(d *paper.Document) string {
	s := d.Number + d.Title + d.To + d.Signer + d.Date + d.Note + d.Stamp + d.Printed + strings.Join(d.CopyTo,
		"") + strings.Join(d.Attachments, "")
	for _, b := range d.Body {
		s += b.Text
	}
	for _, p := range d.Parties {
		s += p.Name + p.Signed
	}
	if d.SHA256 != "" {
		s += d.HashLine()
	}
	return s
}

// TestEveryCharacterIsPrinted reads a paper's text back from its PDF.
func TestEveryCharacterIsPrinted(t *testing.T) {
	t.Parallel()
	for _, kind := range paper.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := paper.Compose(sample(kind))
			pdf, err := print.PDF(t.Context(), "样本", d)
			if err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("INCUBASE_PAPERS"); dir != "" {
				if err := os.WriteFile(dir+"/"+kind+".pdf", pdf, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := extracted(t, pdf)
			for _, b := range d.Body {
				if !strings.Contains(got, blankless(b.Text)) {
					t.Errorf("the PDF lacks %q", b.Text)
				}
			}
			counts := map[rune]int{}
			for _, r := range got {
				counts[r]++
			}
			for _, r := range blankless(said(&d)) {
				if counts[r]--; counts[r] < 0 {
					t.Errorf("the PDF has too few %q", r)
				}
			}
			if !strings.ContainsAny(got, "玥") || !strings.Contains(got, "堃昇𬭚") || strings.Contains(got, "〓") {
				t.Error("rare characters are not there")
			}
			if bytes.Contains(pdf, []byte("/JavaScript")) || len(pdf) > 300_000 {
				t.Errorf("%d bytes", len(pdf))
			}
		})
	}
}

func TestAVoidPaperSaysSo(t *testing.T) {
	t.Parallel()
	p := sample(paper.Notice)
	p.Voided = &p.At
	d := paper.Compose(p)
	pdf, err := print.PDF(t.Context(), "样本", d)
	if err != nil || !strings.Contains(extracted(t, pdf), "本件已于2026年3月20日作废") {
		t.Error(err, "a void paper does not say that it is void")
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	d := paper.Compose(sample(paper.Award))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			pdf, err := print.PDF(context.Background(), "样本", d, d, d)
			if err != nil || strings.Count(extracted(t, pdf), "立项通知书") != 3 {
				t.Error("a bundle of three", err)
			}
		})
	}
	wg.Wait()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := print.PDF(gone, "样本", d); !errors.Is(err, context.Canceled) {
		t.Error("printed for nobody:", err)
	}
}

func blankless(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '　' {
			return -1
		}
		return r
	}, s)
}

var (
	stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown  = regexp.MustCompile(`(?s)\[?<([0-9A-Fa-f]+)>[^<>]*?(?:TJ|Tj)?`)
	mapped = regexp.MustCompile(`<([0-9A-Fa-f]{4})>\s*(?:<[0-9A-Fa-f]{4}>\s*)?<([0-9A-Fa-f]+)>`)
)

// extracted returns the text of a PDF in drawing order, by the font's own table from glyphs to characters.
func extracted(t *testing.T, pdf []byte) string {
	t.Helper()
	chars := map[string]string{}
	var drawn []string
	for _, m := range stream.FindAllSubmatch(pdf, -1) {
		body := m[1]
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			if plain, err := io.ReadAll(z); err == nil {
				body = plain
			}
		}
		switch s := string(body); {
		case strings.Contains(s, "begincmap"):
			_, s, _ = strings.Cut(s, "endcodespacerange")
			for _, x := range mapped.FindAllStringSubmatch(s, -1) {
				chars[strings.ToUpper(x[1])] = decodeUTF16(t, x[2])
			}
		case strings.Contains(s, "BT"):
			drawn = append(drawn, s)
		}
	}
	var out strings.Builder
	for _, s := range drawn {
		for _, x := range shown.FindAllStringSubmatch(s, -1) {
			for i := 0; i+4 <= len(x[1]); i += 4 {
				out.WriteString(chars[strings.ToUpper(x[1][i:i+4])])
			}
		}
	}
	return folio.ReplaceAllString(blankless(out.String()), "")
}

var folio = regexp.MustCompile(`—\d+—`)

func decodeUTF16(t *testing.T, h string) string {
	t.Helper()
	b, err := hex.DecodeString(h)
	if err != nil {
		t.Fatal(err)
	}
	var u []uint16
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(u))
}

func BenchmarkPDF(b *testing.B) {
	d := paper.Compose(sample(paper.Award))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := print.PDF(b.Context(), "样本", d); err != nil {
			b.Fatal(err)
		}
	}
}
