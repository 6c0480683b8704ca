package define

// Independence is a rule of the engine, not of a definition: an insider reads and acts only through parties of the
// applicant's side, on the case, its children and objections to it. An insider
//
//   - belongs to the organization, or holds a current role of it; or
//   - saved answers of the case or its parent, or opened one of them, through a party of the applicant's side.
//
// A coach of the organization, on another case within the round's look-back, neither scores nor decides, and may do
// all else. Opening a case as staff is not helping; leading one has no effect.
