package ui

import (
	"incubase/workflow"
	"incubase/workflow/filetype"
	"incubase/workflow/text"
)

func FileNotes(a *workflow.Attachment) (notes []text.Text) {
	switch a.Scan {
	case workflow.ScanPending:
		notes = append(notes, text.Text{ZH: "正在查毒，查完才能下载", EN: "being scanned for viruses; it can be downloaded afterwards"})
	case workflow.ScanInfected:
		notes = append(notes, text.Text{ZH: "查出病毒，不能下载，请上传人重新提供",
			EN: "the scanner found a virus: it cannot be downloaded; ask for another file"})
	}
	if a.Scan == workflow.ScanErased {
		return []text.Text{{ZH: "已依法删除", EN: "erased"}}
	}
	if a.Active {
		notes = append(notes, text.Text{ZH: "含有脚本、附加文件或自动执行的内容，打开时请留意",
			EN: "holds scripts, attached files or commands: open it with care"})
	}
	if !filetype.Previewed(a.Type) {
		notes = append(notes, text.Text{ZH: "不能直接预览，请下载后用相应的软件打开",
			EN: "no preview; download it and open it with its own program"})
	}
	return notes
}
