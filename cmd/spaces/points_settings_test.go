package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store/storetest"
)

// section opens the dialog of a section of the Settings tab.
func (p *point) section(name string) {
	p.t.Helper()
	p.press("g", "g")
	p.see("▌ Endpoint")
	p.walk("down", "▌ "+name)
	p.press("enter")
}

func TestPointSettingsMakeACORSRuleThatAnswersAPreflight(t *testing.T) {
	p := newPoint(t)
	p.open(p.space + "/")
	p.see("is empty")
	p.press("g", "s")
	p.see("CORS rules", "Destroy")
	p.gone("reading")
	p.section("CORS rules")
	p.see("CORS rules – " + p.space)
	p.press("a")
	p.see("New CORS rule")
	p.fill("Origins", "https://site.example")
	p.fill("Methods", "GET PUT")
	p.fill("Headers", "content-type")
	p.fill("Max age", "600")
	p.press("enter")
	p.gone("New CORS rule")
	p.see("GET PUT  from  https://site.example")
	p.press("y")
	p.see("has 1 CORS rule now")
	ask := func(origin, method string) http.Header {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, p.endpoint+"/"+p.space+"/key", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", method)
		r.Header.Set("Access-Control-Request-Headers", "content-type")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.Header
	}
	if h := ask("https://site.example", "PUT"); h.Get("Access-Control-Allow-Origin") != "https://site.example" ||
		!strings.Contains(h.Get("Access-Control-Allow-Methods"), "PUT") || h.Get("Access-Control-Max-Age") != "600" ||
		!strings.EqualFold(h.Get("Access-Control-Allow-Headers"), "content-type") {
		t.Errorf("the preflight is answered %v", h)
	}
	for _, x := range [][2]string{{"https://other.example", "PUT"}, {"https://site.example", "DELETE"}} {
		if h := ask(x[0], x[1]); h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%v is allowed: %v", x, h)
		}
	}
}

func TestPointSettingsFileListing(t *testing.T) {
	p := newPoint(t, storetest.PublicListing)
	p.put("a.txt")
	p.open(p.space + "/")
	p.see("a.txt")
	p.press("g", "s")
	p.see("File listing", "Versioning", p.endpoint)
	p.gone("reading")
	p.section("File listing")
	p.see("File listing – "+p.space, "(•) Private")
	p.press("down")
	p.see("(•) Public listing")
	p.press("enter")
	p.see("Anyone can list "+p.space+" now", "Public listing: anyone")
	if status, _ := p.anybody(p.space); status != http.StatusOK {
		t.Errorf("the listing answers anybody %d", status)
	}
	p.gone("reading")
	p.section("File listing")
	p.see("File listing – "+p.space, "(•) Public listing")
	p.press("up")
	p.see("(•) Private")
	p.press("enter")
	p.see("Only your keys can list " + p.space + " now")
	if status, _ := p.anybody(p.space); status != http.StatusForbidden {
		t.Errorf("the listing answers anybody %d", status)
	}
}

func TestPointSettingsVersioningAndDestroy(t *testing.T) {
	p := newPoint(t)
	p.put("a.txt")
	p.open(p.space + "/")
	p.see("a.txt")
	p.press("g", "s")
	p.see("Versioning", "Destroy")
	p.gone("reading")
	p.section("Versioning")
	p.see("Versioning – "+p.space, "Suspended")
	p.press("down")
	p.see("(•) Enabled")
	p.press("enter")
	p.see("is enabled now")
	if v, err := p.s3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &p.space}); err != nil || v.Status != types.BucketVersioningStatusEnabled {
		t.Errorf("versioning is %v, %v", v, err)
	}
	p.put("a.txt", "b.txt")
	p.gone("reading")
	p.section("Destroy")
	p.see("Type its name")
	p.until("what goes, or that it can be had back", func(s string) bool {
		return strings.Contains(s, "1 older version among them") || strings.Contains(s, "It can be had back for a week")
	})
	p.press(p.space, "enter")
	p.see("[ Cancel ]")
	p.press("right")
	p.see("[ Destroy ]")
	p.press("enter")
	p.gone("[ Destroy ]")
	p.done("Destroy")
	if !p.missing(p.space) {
		t.Error("it is still there")
	}
}
