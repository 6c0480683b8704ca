package workflow

const (
	// SaveAction saves work in progress for the parties on a state's edit list.
	SaveAction   = "save"
	CreateAction = "create"
	// AnswersSlot holds the draft of a case's answers, shared by those who may edit them.
	AnswersSlot = "answers"
)
