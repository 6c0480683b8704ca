package workflow

import (
	"errors"
	"time"
)

// Attachment is an uploaded file, bound to at most one case, which decides who reads it. Content is stored once by
// hash.
type Attachment struct {
	ID           ID        `json:"id"`
	Case         ID        `json:"case,omitempty"` // "" until an action binds it
	Name         string    `json:"name"`
	Type         string    `json:"type"`
	Size         int64     `json:"size"`
	SHA256       Hash      `json:"sha256"`
	Uploader     ID        `json:"uploader,omitempty"` // left out for readers who may not know it
	UploaderName string    `json:"uploader_name,omitempty"`
	House        ID        `json:"-"`             // the uploader's organization
	Seq          int       `json:"seq,omitempty"` // of the act that brought it in; 0 for a draft's
	At           time.Time `json:"at"`
	Active       bool      `json:"active_content,omitempty" doc:"A PDF that holds scripts, attached files or commands: open it with care."`
	Scan         ScanState `json:"scan,omitempty" enum:"none,pending,clean,infected,erased" doc:"What the virus scanner said; none where the installation has no scanner; erased where the content was erased. Only none and clean can be downloaded."`
}

type ScanState string

const (
	ScanNone     ScanState = "none" // no scanner when it was uploaded
	ScanPending  ScanState = "pending"
	ScanClean    ScanState = "clean"
	ScanInfected ScanState = "infected"
	ScanErased   ScanState = "erased" // kind, size and hash are kept
)

func (s ScanState) Open() error {
	switch s {
	case ScanPending:
		return ErrFilePending
	case ScanInfected:
		return ErrFileInfected
	case ScanErased:
		return ErrFileErased
	}
	return nil
}

var (
	ErrTooLarge = errors.New("the file is larger than allowed")            // 413
	ErrFileFull = errors.New("no more files fit: the quota is used up")    // 422
	ErrFileType = errors.New("the file is of a kind that is not accepted") // 415; see filetype.Error for the text

	ErrFilePending  = errors.New("the file waits for the virus scanner")             // 409, with Retry-After
	ErrFileInfected = errors.New("the virus scanner has refused the file")           // 409
	ErrFileErased   = errors.New("the file was erased")                              // 410
	ErrFileChanged  = errors.New("the content of the file is not what was uploaded") // 500: the file is not handed out
)
