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
	House        ID        `json:"-"` // the uploader's organization
	At           time.Time `json:"at"`
}

// Errors of files.
var (
	ErrTooLarge = errors.New("the file is larger than allowed")            // 413
	ErrFileFull = errors.New("no more files fit: the quota is used up")    // 422
	ErrFileType = errors.New("the file is of a kind that is not accepted") // 415; see filetype.Error for the words
)
