package define
