package page

import (
	"net/http"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (s *shelf) accessKeys() *accessKeys {
	s.t.Helper()
	x := New(s.Context, store.Place{Tab: store.AccessKeys}).(*accessKeys)
	s.Show(x)
	return x
}

func (s *shelf) key(name string, grants ...store.Grant) store.Key {
	s.t.Helper()
	k, err := s.Store.CreateKey(s.t.Context(), name, grants)
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// goldenKeys compares without the ids, which are random.
func (s *shelf) goldenKeys() {
	s.t.Helper()
	text := dates.ReplaceAllStringFunc(s.Text(), func(d string) string { return "0000-00-00 00:00"[:len(d)] })
	list, err := s.Store.Keys(s.t.Context())
	if err == nil {
		for _, k := range list {
			text = strings.ReplaceAll(text, k.ID, "DO123456789012345678")
		}
	}
	golden.RequireEqual(s.t, text+"\n")
}

func TestAccessKeysScreens(t *testing.T) {
	for name, size := range map[string]kittest.Option{"80": kittest.Size(80, 24), "120": kittest.Size(120, 40), "40": kittest.Size(40, 12)} {
		t.Run("full "+name, func(t *testing.T) {
			s := newShelf(t, size)
			s.key("backup", store.Grant{Bucket: "archive", Permission: store.KeyReadWrite})
			s.key("website", store.Grant{Bucket: "media", Permission: store.KeyRead}, store.Grant{Bucket: "static", Permission: store.KeyRead})
			s.key("admin", store.Grant{Permission: store.KeyFullAccess})
			s.accessKeys()
			s.Press("j")
			s.goldenKeys()
		})
	}
	t.Run("empty", func(t *testing.T) {
		s := newShelf(t)
		s.accessKeys()
		s.goldenKeys()
	})
	t.Run("loading", func(t *testing.T) {
		s := newShelf(t)
		s.Hold()
		s.accessKeys()
		s.goldenKeys()
	})
	t.Run("not allowed", func(t *testing.T) {
		s := newShelf(t)
		limited := s.key("limited")
		s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = limited.ID, limited.Secret.Reveal() })
		s.accessKeys()
		s.Want("Access denied", "Only the root key of this server", "connect with the server's root key")
		s.Press("a")
		s.Want("Access keys cannot be managed here")
	})
	t.Run("elsewhere", func(t *testing.T) {
		s := newShelf(t)
		s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.Endpoint, c.Dial = "http://ceph.example", nil })
		s.Faults.Add(storetest.Rule{Fault: storetest.Answer(http.StatusNotFound, "NoSuchBucket")})
		s.accessKeys()
		s.Want("Access keys are managed elsewhere.", "radosgw-admin key create")
		s.goldenKeys()
	})
}

func TestTheIndexLeadsToTheAccessKeys(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.index()
	s.Press(">")
	s.ClickOn("Manage Keys")
	s.ClickOn("Manage Keys")
	want(t, "place", s.Went(), []store.Place{{Tab: store.AccessKeys}})
}

func TestAKeyThatWasMadeIsUnderTheCursor(t *testing.T) {
	s := newShelf(t)
	s.key("first")
	s.key("second")
	x := s.accessKeys()
	s.Press("a")
	s.Type("third")
	s.Press("tab", "left", "enter")
	s.Want("third", "cannot be shown again")
	s.Press("c", "esc")
	k, _ := x.under()
	want(t, "under the cursor", k.Name, "third")
	s.Want("3 access keys")
	s.Press("d", "y")
	s.Want("Deleted the access key third")
	want(t, "left", len(x.keys), 2)
}

func TestTheCursorStaysOnItsKeyWhenTheListIsAnother(t *testing.T) {
	s := newShelf(t)
	first := s.key("first")
	s.key("second")
	x := s.accessKeys()
	s.Press("j")
	if err := s.Store.DeleteKey(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	s.Press("R")
	k, _ := x.under()
	want(t, "under the cursor", k.Name, "second")
}

func TestTheKeyOfTheConnectionIsMarked(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	k, err := f.Store.CreateKey(t.Context(), "mine", nil)
	if err != nil {
		t.Fatal(err)
	}
	ocean := f.Open(t, func(c *store.Config) {
		c.Endpoint, c.APIToken, c.APIURL = "https://nyc3.digitaloceanspaces.com", storetest.AdminToken, f.URL
		c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal()
	})
	s := &shelf{kittest.New(t, kittest.Store(ocean), kittest.Pages(New), kittest.Size(120, 24)), f, t}
	s.accessKeys()
	s.Want("mine (this connection)")
	s.Press("d")
	s.Want("This connection itself uses this key")
}
