package machine

// EraseAction is the act on a case by which something of it is erased. It is built in, and leads from each state to
// itself.
const EraseAction = "erase"
