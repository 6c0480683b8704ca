package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
)

// tags make a browser take text for a page or a scripted picture; loudTags never begin a photo or PDF by chance.
var (
	tags     = []string{"<!doctype", "<html", "<svg", "<script", "<?xml", "<body", "<head", "<iframe", "<img"}
	loudTags = []string{"<!doctype", "<html", "<svg", "<script", "<iframe", "<?php"}
)

func markup(b []byte, tags []string) bool {
	s := strings.ToLower(string(b))
	for _, tag := range tags {
		if strings.Contains(s, tag) {
			return true
		}
	}
	return false
}

// window is how far from either end other programs look for the beginning of their own format.
const window = 4096

// oneThing refuses a polyglot: a picture or PDF that is also a page, an archive or another PDF. Another program would
// open the second content, which no check has read.
func oneThing(r io.ReaderAt, size int64, head []byte) error {
	tail := make([]byte, min(size, window))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	_, zipped := zip.NewReader(r, size)
	if zipped == nil || markup(head, loudTags) || markup(tail, loudTags) ||
		bytes.Contains(head[1:min(len(head), 1024)], []byte("%PDF-")) {
		return twofold()
	}
	return nil
}

func twofold() error {
	return wrong("文件里还藏有另一种格式的内容，请用原来的程序重新导出后再上传",
		"the file holds content of a second format; export it again with the program that made it")
}

// testVirus is in two halves so that scanners do not report this program.
var testVirus = []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`)

// noTestVirus refuses the EICAR pattern, with which administrators test scanning.
func noTestVirus(r io.Reader) error {
	buffer := make([]byte, 64<<10)
	kept := 0 // the end of the last piece, where the pattern may begin
	for {
		n, err := io.ReadFull(r, buffer[kept:])
		if bytes.Contains(buffer[:kept+n], testVirus) {
			return wrong("文件含有病毒测试特征（EICAR），不予接收", "the file holds the EICAR test pattern of virus scanners and is not accepted")
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		kept = copy(buffer, buffer[kept+n-len(testVirus)+1:kept+n])
	}
}
