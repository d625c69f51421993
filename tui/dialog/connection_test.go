package dialog_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// bookcase is a screen with a book of connections, of which "box" leads to a server of its own.
func bookcase(t *testing.T, profiles ...store.Profile) (*kittest.Screen, *storetest.Book, *storetest.Fixture) {
	t.Helper()
	f := storetest.New(t, storetest.Listener())
	box := store.Profile{Name: "box", Endpoint: f.URL, Source: store.KeyInFile, AccessKey: storetest.AccessKey, Secret: storetest.SecretKey}
	b := storetest.NewBook(f.Store, append([]store.Profile{box}, profiles...)...)
	t.Cleanup(b.Conns().Close)
	return kittest.New(t, kittest.Store(f.Store), kittest.Book(b, b.Conns())), b, f
}

func TestAConnectionToDigitalOceanNeedsARegionAndAKey(t *testing.T) {
	s, b, _ := bookcase(t)
	b.Off = "This machine has no Secret Service."
	s.Open(dialog.NewConnection(s.Context))
	requireGolden(t, s.Text())
	s.Press("tab", "right")
	s.Want("[ams3]", "https://ams3.digitaloceanspaces.com", "do-ams3")
	s.Press("tab", "tab", "right")
	s.Want("This machine has no Secret Service.")
	s.Press("left", "tab")
	s.Type("DO00KEY")
	s.Press("tab")
	s.Type("do-canary")
	s.WantNot("do-canary")
	s.Press("tab", "right", "enter")
	s.Want("Write the API token, or leave it to the environment.")
	s.Press("tab")
	s.Type("dop_v1_canary")
	s.WantNot("dop_v1_canary")
	s.Press("tab", "tab", "right", "tab", "tab")
	s.Type("media, backups")
	s.Press("enter")
	closed(t, s)
	p, ok := b.Saved("do-ams3")
	want := store.Profile{Name: "do-ams3", Endpoint: "https://ams3.digitaloceanspaces.com", Region: "ams3", Source: store.KeyInFile,
		AccessKey: "DO00KEY", Secret: "do-canary", KeepsToken: true, APIToken: "dop_v1_canary", UploadAccess: store.PublicRead, Spaces: []string{"media", "backups"}}
	if !ok || p.Endpoint != want.Endpoint || p.Region != want.Region || p.AccessKey != want.AccessKey || p.Secret != want.Secret || !p.KeepsToken || p.APIToken != want.APIToken ||
		p.UploadAccess != want.UploadAccess || strings.Join(p.Spaces, " ") != "media backups" || p.PathStyle || p.ReadOnly {
		t.Errorf("it is %+v", p)
	}
}

func TestAPresetKnowsTheAddressAndTheRegion(t *testing.T) {
	s, b, _ := bookcase(t)
	s.Open(dialog.NewConnection(s.Context))
	s.ClickOn("AWS")
	s.Press("right")
	s.Want("https://ACCOUNT.r2.cloudflarestorage.com", "Known not to have: permissions of files, tags")
	for !strings.Contains(s.Text(), "[Hetzner]") {
		s.Press("right")
	}
	s.Press("tab", "right")
	s.Want("https://nbg1.your-objectstorage.com", "hetzner-nbg1")
	s.Press("shift+tab", "right", "right", "right")
	s.Want("[Garage]", "http://127.0.0.1:3900", "garage")
	s.Press("tab")
	s.Type("http://127.0.0.1:3900")
	s.Press("tab", "tab", "tab", "ctrl+u")
	s.Type("garage")
	s.Press("tab", "tab")
	s.Type("GK1")
	s.Press("tab")
	s.Type("canary")
	s.Press("enter")
	closed(t, s)
	if p, ok := b.Saved("garage"); !ok || p.Region != "garage" || p.Endpoint != "http://127.0.0.1:3900" {
		t.Errorf("it is %+v", p)
	}
}

func TestAConnectionIsNotAddedTwice(t *testing.T) {
	s, _, f := bookcase(t)
	s.Open(dialog.NewConnection(s.Context))
	s.Press(slices.Repeat([]string{"right"}, len(store.Presets()))...) // to the last
	s.Press("tab")
	s.Type(f.URL)
	s.Press("tab", "tab", "tab", "ctrl+u")
	s.Type("box")
	s.Press("tab", "right", "right", "enter")
	open(t, s)
	s.Want("There is a connection box already.")
	s.Press("esc")
}

func TestATestProposesTheFixAndTheFormTakesItOver(t *testing.T) {
	s, b, f := bookcase(t)
	wrong := strings.Replace(f.URL, "http:", "https:", 1)
	p, _ := b.Saved("box")
	p.Endpoint = wrong
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	p.Secret = ""
	s.Open(dialog.NewEditConnection(s.Context, p))
	s.Want(wrong)
	s.ClickOn("Test")
	s.Want("It speaks plain HTTP", "Use http")
	s.ClickOn("Use http")
	s.Want("It works: the endpoint knows this key, which has 0 Spaces.", f.URL)
	s.ClickOn("Save")
	closed(t, s)
	if p, _ := b.Saved("box"); p.Endpoint != f.URL || p.Secret != storetest.SecretKey {
		t.Errorf("it is %+v", p)
	}
}

func TestACheckMendsASettingAtOnce(t *testing.T) {
	s, b, f := bookcase(t)
	p, _ := b.Saved("box")
	p.Endpoint = strings.Replace(f.URL, "http:", "https:", 1)
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	s.Hold()
	s.Open(dialog.NewCheckConnection(s.Context, p))
	s.Want("Asking the endpoint…")
	s.Release()
	s.Want("It speaks plain HTTP", "[ Use http ]", "Test again", "Edit…")
	s.Press("enter")
	s.Want("It works")
	if p, _ := b.Saved("box"); p.Endpoint != f.URL {
		t.Errorf("it is %+v", p)
	}
	s.Press("enter")
	closed(t, s)
}

func TestACheckOfAKeyThatMayNotListSaysHowToGoOn(t *testing.T) {
	s, _, f := bookcase(t)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Open(dialog.NewCheckConnection(s.Context, store.Profile{}))
	s.Want("may not list all Spaces", "Name the Spaces that it may open")
	s.WantNot("Edit…")
}

func TestRemovingAConnectionThatCannotBeRemovedSaysWhy(t *testing.T) {
	s, b, _ := bookcase(t)
	b.Failing = errors.New("the configuration was left as it is")
	p, _ := b.Saved("box")
	s.Open(dialog.NewRemoveConnection(s.Context, p))
	s.Want("Nothing in its Spaces is touched", "the access key that is", "[ Cancel ]")
	s.Press("y")
	open(t, s)
	s.Want("The configuration was left as it is.")
}

func TestConnectionsOfOtherToolsAreImportedByChoice(t *testing.T) {
	s, b, _ := bookcase(t)
	key := func(name string) store.Profile {
		return store.Profile{Name: name, Endpoint: "https://" + name + ".example.com", Source: store.KeyInFile, AccessKey: "K", Secret: "canary"}
	}
	ofAWS := key("work")
	ofAWS.Source, ofAWS.AWSProfile = store.KeyOfAWS, "work"
	b.Found = []store.Candidate{
		{Profile: ofAWS, Tool: "AWS", File: "/home/me/.aws/credentials"},
		{Profile: key("box"), Tool: "s3cmd", File: "/home/me/.s3cfg"},
		{Profile: key("minio"), Tool: "rclone", File: "/home/me/.config/rclone/rclone.conf"},
		{Profile: key("minio"), Tool: "mc", File: "/home/me/.mc/config.json"},
		{Profile: key("play"), Tool: "mc", File: "/home/me/.mc/config.json"},
		{Profile: store.Profile{Name: "rclone"}, Tool: "rclone", File: "/home/me/.rclone.conf", Why: "It is encrypted."},
	}
	have, _ := b.List(t.Context())
	s.Open(dialog.NewImportConnections(s.Context, have))
	s.Want("[x] AWS", "– s3cmd", "[x] mc", "/home/me/.aws/credentials", "(•) Stay in ~/.aws")
	s.WantNot("canary")
	requireGolden(t, s.Text())
	s.Press("down", "space")
	want := "There is a connection of this name."
	s.Want(want)
	s.Press("G", "k", "space", "tab", "tab", "enter") // without play
	closed(t, s)
	work, _ := b.Saved("work")
	if work.Source != store.KeyOfAWS || work.AWSProfile != "work" || work.Secret != "" || work.AccessKey != "" {
		t.Errorf("work is %+v", work)
	}
	for name, there := range map[string]bool{"minio": true, "minio-2": true, "play": false, "rclone": false} {
		if p, ok := b.Saved(name); ok != there || ok && p.Secret != "canary" {
			t.Errorf("%s: %+v, %v", name, p, ok)
		}
	}
}

func TestKeysOfAWSAreCopiedWhenAsked(t *testing.T) {
	s, b, _ := bookcase(t)
	b.Found = []store.Candidate{{Tool: "AWS", Profile: store.Profile{Name: "work", Endpoint: "https://x", Source: store.KeyOfAWS,
		AWSProfile: "work", AccessKey: "K", Secret: "canary"}}}
	s.Open(dialog.NewImportConnections(s.Context, nil))
	s.Press("tab", "right", "enter")
	closed(t, s)
	if p, _ := b.Saved("work"); p.Source != store.KeyInFile || p.Secret != "canary" || p.AWSProfile != "" {
		t.Errorf("it is %+v", p)
	}
}

func TestAProfileWithoutASecretIsOfferedAndNotTicked(t *testing.T) {
	s, b, _ := bookcase(t)
	of := func(name, key, secret string) store.Candidate {
		return store.Candidate{Tool: "AWS", Profile: store.Profile{Name: name, Endpoint: "https://x", Source: store.KeyOfAWS, AWSProfile: name,
			AccessKey: key, Secret: secret}}
	}
	b.Found = []store.Candidate{of("bad", "K", ""), of("good", "K", "canary"), of("process", "", "")}
	s.Open(dialog.NewImportConnections(s.Context, nil))
	s.Want("[ ] AWS       bad", "[x] AWS       good", "[x] AWS       process", "no secret with it")
	s.Press("down")
	s.WantNot("no secret with it")
	s.Press("up", "space")
	s.Want("[x] AWS       bad")
}

func TestWithoutOtherToolsThereIsNothingToImport(t *testing.T) {
	s, _, _ := bookcase(t)
	s.Open(dialog.NewImportConnections(s.Context, nil))
	s.Want("Neither ~/.aws nor s3cmd", "[ Close ]")
}

func TestConnectionDialogsFitEverySize(t *testing.T) {
	s, b, _ := bookcase(t)
	p, _ := b.Saved("box")
	p.Secret = ""
	for _, size := range [][2]int{{80, 24}, {40, 12}, {20, 6}, {200, 60}} {
		s.Resize(size[0], size[1])
		s.Open(dialog.NewEditConnection(s.Context, p)) // the screen checks itself
		s.Press("tab", "tab", "esc")
		s.Open(dialog.NewCheckConnection(s.Context, p))
		s.Press("esc")
		s.Open(dialog.NewRemoveConnection(s.Context, p))
		s.Press("esc")
		s.Open(dialog.NewImportConnections(s.Context, nil))
		s.Press("esc")
	}
}
