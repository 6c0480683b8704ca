// Package ui holds what all pages share: the frame, the visit, forms and fields, charts, words, and the ports.
package ui
