package ui

import (
	"mime"
	"net/url"
	"strings"
)

// Whence returns the page of the case from which a file's form came.
func (f *Folder) Whence(v *Visit) string {
	home := "/cases/" + url.PathEscape(f.Case.Ref)
	if strings.HasPrefix(v.Frame.Here, home+"/form?") || strings.HasPrefix(v.Frame.Here, home+"/do/") {
		return v.Frame.Here
	}
	return home
}

// Disposition returns a header that makes the file a download under its own name (RFC 6266).
func Disposition(name string) string {
	if s := mime.FormatMediaType("attachment", map[string]string{"filename": name}); s != "" {
		return s
	}
	return "attachment"
}
