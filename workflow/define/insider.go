package define

// Independence is a rule of the engine, not of each definition: an insider of a case reads and acts only through
// parties of the applicant's side, on the case, on its children and on objections to it. An insider
//
//   - belongs to the organization, or holds a current role of it; or
// - saved answers of the case or of the case above it, or opened one of them, through a party of the applicant's side.
//
// Who coached the organization, on another case and within the round's look-back, neither scores nor decides;
// everything else is open to them. Opening a case as staff is not helping, and leading one says nothing.

// Judging are the effects of panels that score, and of the act that decides.
var Judging = []string{"declare", "score", "commit_award"}
