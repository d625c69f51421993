package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"spaces/store/storetest"
)

func TestPointIndexInvitesToCreateTheFirstSpace(t *testing.T) {
	p := newPoint(t)
	if p.own == nil && os.Getenv("POINTS_EMPTY") == "" {
		t.Skip("the endpoint is shared, so it is not empty")
	}
	if _, err := p.s3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &p.space}); err != nil {
		t.Fatal(err)
	}
	p.open("")
	p.see("There are no Spaces yet")
	p.press("a")
	p.see("File listing", "Addresses")
	p.press("first-space")
	p.see("This name can be used", p.endpoint+"/first-space")
	p.press("enter")
	p.leaves("first-space")
	p.see("Created first-space", "▸ first-space")
	if p.missing("first-space") {
		t.Error("it was not created")
	}
}

func TestPointIndexHasAMenuForEachSpace(t *testing.T) {
	p := newPoint(t)
	p.put("a.txt", "b/c.txt")
	p.open(p.space + "/")
	p.see("a.txt")
	p.press("h") // to the index, with the cursor on the Space
	p.see("▌ " + p.space)
	p.press(">")
	p.see("Show files", "Settings", "Destroy…")
	p.press("enter")
	p.see("a.txt", "b/")
	p.press("h")
	p.see("▌ " + p.space)
	p.press(">")
	p.see("Destroy…")
	p.press("g", "s")
	p.see("CORS rules", "Lifecycle rules")
	p.press("~")
	p.see("▌ " + p.space)
	p.press(">")
	p.see("Destroy…")
	p.press("d")
	p.see("Type its name", "2 objects")
	p.press("nope", "enter")
	p.see("That is not the name of the Space")
	p.fill("Type its name", p.space)
	p.press("enter")
	p.see("[ Cancel ]")
	p.press("right")
	p.see("[ Destroy ]")
	p.press("enter")
	p.gone("▌ " + p.space)
	p.done("Destroy")
	if !p.missing(p.space) {
		t.Error("it is still there")
	}
}

func TestPointCreateASpace(t *testing.T) {
	p := newPoint(t)
	p.open(p.space + "/")
	p.see("is empty")
	p.press("g", "n") // from everywhere
	p.see("File listing", "Addresses")
	p.press("Capitals")
	p.see("no capital letters")
	p.fill("Name", p.space)
	p.see("This name is taken")
	name := p.newName()
	p.fill("Name", name)
	p.see("This name can be used", p.endpoint+"/"+name)
	p.tabTo("File listing")
	p.press("right")
	p.see("(•) Public listing")
	p.press("enter")
	p.leaves(name)
	p.see("▸ "+name, "is empty")
	key := "secret.txt"
	if _, err := p.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: &key, Body: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	if p.lacks(storetest.PublicListing) {
		return
	}
	if status, body := p.anybody(name); status != http.StatusOK || !strings.Contains(body, "<Key>secret.txt</Key>") {
		t.Errorf("a public listing answers anybody %d %s", status, body)
	}
	if status, _ := p.anybody(name + "/secret.txt"); status != http.StatusForbidden {
		t.Errorf("a file of it answers anybody %d", status)
	}
	if status, _ := p.anybody(p.space); status != http.StatusForbidden {
		t.Errorf("a private listing answers anybody %d", status)
	}
}
