package workflow

// Names of actions that are built in.
const (
	// SaveAction keeps work in progress for those whom a state's edit list names.
	SaveAction = "save"
	// CreateAction is the birth of a case.
	CreateAction = "create"
	// AnswersSlot is where the draft of a case's answers lies, shared by those who may edit them.
	AnswersSlot = "answers"
)
