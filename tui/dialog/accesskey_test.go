package dialog_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// keyring is a screen on a server with two Spaces.
func keyring(t *testing.T, options ...kittest.Option) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	s, f := start(t, options...)
	f.Space(t, "media")
	f.Space(t, "uploads")
	return s, f
}

func makeKey(t *testing.T, f *storetest.Fixture, name string, grants ...store.Grant) store.Key {
	t.Helper()
	k, err := f.Store.CreateKey(t.Context(), name, grants)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// onlyKey is the only one there is.
func onlyKey(t *testing.T, f *storetest.Fixture) store.Key {
	t.Helper()
	list, err := f.Store.Keys(context.Background())
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0]
}

// opens says whether a key with a secret may list a Space.
func opens(t *testing.T, f *storetest.Fixture, id, secret, space string) error {
	t.Helper()
	_, err := f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = id, secret }).List(t.Context(), store.ListRequest{Space: space})
	return err
}

// secretOn reads the secret that a dialog shows.
func secretOn(t *testing.T, s *kittest.Screen) string {
	t.Helper()
	_, rest, ok := strings.Cut(s.Text(), "Secret key")
	if !ok {
		t.Fatalf("no secret is on the screen:\n%s", s.Text())
	}
	return strings.Fields(rest)[0]
}

func TestANewKeyMayDoWhatWasChosenAndItsSecretIsShownOnce(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewCreateKey(s.Context))
	s.Want("Create an access key", "(•) Limited", "media", "uploads")
	requireGolden(t, s.Text())
	s.Type("backup")
	s.Press("tab", "tab", "space", "down", "space", "space")
	s.Want("read  ", "read/write/delete")
	s.Press("tab", "enter")
	k := onlyKey(t, f)
	if want := []store.Grant{{Bucket: "media", Permission: store.KeyRead}, {Bucket: "uploads", Permission: store.KeyReadWrite}}; k.Name != "backup" || !slices.Equal(k.Grants, want) {
		t.Errorf("%+v", k)
	}
	s.Want("Access key – backup", k.ID, "cannot be shown again", "Copy the secret")
	secret := secretOn(t, s)
	if err := opens(t, f, k.ID, secret, "media"); err != nil {
		t.Error("the secret on the screen is good for nothing:", err)
	}
	if strings.Contains(s.Notice(), secret) || strings.Contains(s.Dialog().Title(), secret) {
		t.Error("the secret is in a title or a message")
	}
	s.Press("esc")
	s.Want("It was not copied. Once more closes this for good.", secret)
	s.Press("esc")
	closed(t, s)
	s.WantNot(secret)
}

func TestASecretThatWasCopiedIsLeftAtOnce(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewKeySecret(s.Context, makeKey(t, f, "backup"), ""))
	s.Press("c")
	s.Want("Sent to the terminal's clipboard")
	s.WantNot("copied")
	s.Press("esc")
	closed(t, s)
}

func TestASecretIsReadableOnASmallScreen(t *testing.T) {
	s, _ := keyring(t, kittest.Size(40, 12))
	s.Open(dialog.NewKeySecret(s.Context, store.Key{Name: "backup", ID: "DO00000000000000", Secret: store.Secret("begin" + strings.Repeat("s", 34) + "last")}, ""))
	s.Press("down")
	s.Want("begin")
	for range 3 {
		s.Press("down")
	}
	s.Want("last")
}

func TestAFullKeyMayDoEverything(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewCreateKey(s.Context))
	s.Type("admin")
	s.Press("tab", "left")
	s.Want("(•) Full access", "Every Space, now and later")
	s.WantNot("uploads")
	s.Press("enter")
	if k := onlyKey(t, f); !slices.Equal(k.Grants, []store.Grant{{Permission: store.KeyFullAccess}}) {
		t.Errorf("%+v", k)
	}
}

func TestAKeyNeedsANameAndSomethingToDo(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewCreateKey(s.Context))
	s.Press("enter")
	s.Want("It needs a name")
	s.Type("x")
	s.Press("enter")
	s.Want("Give it access to at least one Space")
	if list, err := f.Store.Keys(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestAKeyIsRenamedAndItsGrantsStay(t *testing.T) {
	s, f := keyring(t)
	grants := []store.Grant{{Bucket: "gone", Permission: store.KeyFullAccess}, {Permission: store.KeyRead}}
	s.Open(dialog.NewEditKey(s.Context, makeKey(t, f, "old", grants...), false))
	s.Want("all Spaces", "gone", "full access", "media", "–")
	requireGolden(t, s.Text())
	s.Type("er")
	s.Press("enter")
	closed(t, s)
	if k := onlyKey(t, f); k.Name != "older" || len(k.Grants) != 2 || !slices.Contains(k.Grants, grants[0]) || !slices.Contains(k.Grants, grants[1]) {
		t.Errorf("%+v", k)
	}
}

func TestGrantsOfAKeyAreChangedAndTaken(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewEditKey(s.Context, makeKey(t, f, "web", store.Grant{Bucket: "media", Permission: store.KeyRead}), true))
	s.Press("left", "down", "right", "tab", "enter")
	closed(t, s)
	if k := onlyKey(t, f); !slices.Equal(k.Grants, []store.Grant{{Bucket: "uploads", Permission: store.KeyRead}}) {
		t.Errorf("%+v", k)
	}
	f.Faults.Clear()
	s.Open(dialog.NewEditKey(s.Context, onlyKey(t, f), true))
	s.Press("tab", "enter")
	closed(t, s)
	if slices.ContainsFunc(f.Faults.Requests(), func(r string) bool { return strings.HasPrefix(r, "PUT") }) {
		t.Error("nothing was changed, and yet it was sent")
	}
}

func TestWhatTheAPIRefusesIsTold(t *testing.T) {
	s, f := keyring(t)
	s.Open(dialog.NewCreateKey(s.Context))
	s.Paste(strings.Repeat("n", 256))
	s.Press("tab", "left", "enter")
	s.Want("The name of an access key is 1 to 255 printable characters")
	f.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodPost, "/v2/spaces/keys"), Fault: storetest.DropAnswer})
	s.Press("shift+tab")
	for range 250 {
		s.Press("backspace")
	}
	s.Press("enter")
	s.Want("The key may have been made")
}

func TestARegeneratedSecretReplacesTheOldOne(t *testing.T) {
	s, f := keyring(t)
	k := makeKey(t, f, "web", store.Grant{Bucket: "media", Permission: store.KeyRead})
	s.Open(dialog.NewRegenerateKey(s.Context, k))
	s.Want("It gets another secret.", "refused")
	requireGolden(t, strings.ReplaceAll(s.Text(), k.ID, "DO123456789012345678"))
	s.Press("y")
	secret := secretOn(t, s)
	if secret == k.Secret.Reveal() || opens(t, f, k.ID, secret, "media") != nil || opens(t, f, k.ID, k.Secret.Reveal(), "media") == nil {
		t.Error("the old secret was not replaced by the one on the screen")
	}
}

func TestOnDigitalOceanANewKeyTakesThePlaceOfTheOld(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	ocean := f.Open(t, func(c *store.Config) {
		c.Endpoint, c.APIToken, c.APIURL = "https://nyc3.digitaloceanspaces.com", storetest.AdminToken, f.URL
	})
	k := makeKey(t, f, "web", store.Grant{Bucket: "media", Permission: store.KeyRead})
	s := kittest.New(t, kittest.Store(ocean))
	s.Open(dialog.NewRegenerateKey(s.Context, k))
	s.Want("until you delete it", "Make a new key")
	s.Press("y")
	s.Want("Move everything to the new key")
	if list, err := ocean.Keys(t.Context()); err != nil || len(list) != 2 || list[0].Name != list[1].Name || !slices.Equal(list[0].Grants, list[1].Grants) {
		t.Errorf("%v, %v", list, err)
	}
}

func TestAKeyIsDeletedOnlyWhenAsked(t *testing.T) {
	s, f := keyring(t)
	k := makeKey(t, f, "web")
	s.Open(dialog.NewDeleteKey(s.Context, k))
	s.Want("Whoever uses it is refused at once")
	s.WantNot("This connection itself")
	s.Press("enter")
	closed(t, s)
	onlyKey(t, f)
	s.Open(dialog.NewDeleteKey(s.Context, k))
	s.Press("y")
	closed(t, s)
	if list, err := f.Store.Keys(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestDeletingTheKeyOfTheConnectionSaysSoFirst(t *testing.T) {
	s, _ := keyring(t)
	s.Open(dialog.NewDeleteKey(s.Context, store.Key{Name: "mine", ID: storetest.AccessKey}))
	s.Want("This connection itself uses this key")
	requireGolden(t, s.Text())
}

func TestKeysWithHostileNames(t *testing.T) {
	s, _ := keyring(t)
	for _, name := range hostile {
		k := store.Key{Name: name, ID: name, Secret: store.Secret(name), Grants: []store.Grant{{Bucket: name, Permission: store.Permission(name)}}}
		s.Open(dialog.NewEditKey(s.Context, k, true))
		s.Press("esc")
		s.Open(dialog.NewDeleteKey(s.Context, k))
		s.Press("esc")
		s.Open(dialog.NewKeySecret(s.Context, k, ""))
		s.Press("esc", "esc")
		closed(t, s)
	}
}

func TestGrantsInWords(t *testing.T) {
	for want, grants := range map[string][]store.Grant{
		"nothing":                 nil,
		"full access: all Spaces": {{Permission: store.KeyFullAccess}},
		"read/write/delete: b · read: a, c": {{Bucket: "a", Permission: store.KeyRead},
			{Bucket: "b", Permission: store.KeyReadWrite}, {Bucket: "c", Permission: store.KeyRead}},
		"later: a": {{Bucket: "a", Permission: "later"}},
	} {
		if got := dialog.GrantsText(grants); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
