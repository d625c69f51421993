package main

import (
	"testing"

	"spaces/store/storetest"
)

// What an engine has not is an action that is off with its reason, or is said when it is asked for.
func TestPointWhatTheEngineHasNotIsSaid(t *testing.T) {
	p := newPoint(t)
	p.put("a.txt")
	p.open(p.space + "/")
	p.see("▌  a.txt", "ETag")
	p.press("=")
	if p.lacks(storetest.Permissions) {
		p.see("This endpoint has no permissions of single files")
		p.menu("Permissions…   – This endpoint has no permissions")
		p.leave("Delete…")
	} else {
		p.see("Now: private", "(•) Private")
		p.leave("(•) Private")
	}
	p.press("g", "k")
	if p.lacks(storetest.AccessKeys) {
		p.see("Access keys are managed elsewhere", "This endpoint has no way to manage them from here")
	} else {
		p.see("no access keys beside")
	}
	p.press("g", "n")
	p.see("File listing", "Addresses")
	name := p.newName()
	p.press(name)
	p.tabTo("File listing")
	p.press("right")
	p.see("(•) Public listing")
	p.press("enter")
	p.leaves(name)
	if p.lacks(storetest.PublicListing) {
		p.see("Created "+name, "but only your keys can list it")
	} else {
		p.see("Created "+name, "is empty")
	}
	if p.missing(name) {
		t.Error("it was not created")
	}
}
