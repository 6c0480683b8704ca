package api

// PagesAtOnce is how many pages of cases are made at a time.
var PagesAtOnce = pagesAtOnce
