package workflow

import (
	"errors"
	"time"
)

// Attachment is an uploaded file. Its content is kept once by its hash; a row names it, says who brought it, and binds
// it to at most one case. Who may read it follows that case.
type Attachment struct {
	ID           ID        `json:"id"`
	Case         ID        `json:"case,omitempty"` // "" until an action names it
	Name         string    `json:"name"`
	Type         string    `json:"type"`
	Size         int64     `json:"size"`
	SHA256       Hash      `json:"sha256"`
	Uploader     ID        `json:"uploader,omitempty"` // left out for who may not know
	UploaderName string    `json:"uploader_name,omitempty"`
	House        ID        `json:"-"`             // the uploader's organization
	Seq          int       `json:"seq,omitempty"` // of the act that brought it in; 0 while it is part of a draft
	At           time.Time `json:"at"`
	Active       bool      `json:"active_content,omitempty" doc:"A PDF that holds scripts, attached files or commands: open it with care."`
	Scan         ScanState `json:"scan,omitempty" enum:"none,pending,clean,infected,erased" doc:"What the virus scanner said; none where the installation has no scanner; erased where the content was erased. Only none and clean can be downloaded."`
}

// ScanState is what the virus scanner of the installation said of a file.
type ScanState string

// The states of a scan.
const (
	ScanNone     ScanState = "none" // no scanner when it was uploaded
	ScanPending  ScanState = "pending"
	ScanClean    ScanState = "clean"
	ScanInfected ScanState = "infected"
	ScanErased   ScanState = "erased" // what it was is kept: kind, size and hash
)

// Open refuses what may not be handed out.
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

// Errors of files.
var (
	ErrTooLarge = errors.New("the file is larger than allowed")            // 413
	ErrFileFull = errors.New("no more files fit: the quota is used up")    // 422
	ErrFileType = errors.New("the file is of a kind that is not accepted") // 415; see filetype.Error for the words

	ErrFilePending  = errors.New("the file waits for the virus scanner")             // 409, with Retry-After
	ErrFileInfected = errors.New("the virus scanner has refused the file")           // 409
	ErrFileErased   = errors.New("the file was erased")                              // 410
	ErrFileChanged  = errors.New("the content of the file is not what was uploaded") // 500: it is not handed out
)
