package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	keyring "github.com/zalando/go-keyring"

	"spaces/store"
	"spaces/store/storetest"
)

// shelved is the book of a configuration.
func shelved(t *testing.T, text string, o options) (book, *connections) {
	t.Helper()
	path := writeConfig(t, text, 0o600)
	c, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	o.data = filepath.Join(t.TempDir(), "data")
	cs := flagged(t, c, o, nil)
	return book{cs}, cs
}

func TestTheBookListsThisMachineAndTheProfilesInTheirOrder(t *testing.T) {
	b, cs := shelved(t, handWritten, options{endpoint: "http://127.0.0.1:9000"})
	if _, err := cs.start(""); err != nil {
		t.Fatal(err)
	}
	list, err := b.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, " "); got != " http://127.0.0.1:9000# ceph office" {
		t.Errorf("they are %q", got)
	}
	if !list[0].Unused || !list[1].Given || !list[2].PathStyle || len(list[2].Spaces) != 2 || !list[3].ReadOnly {
		t.Errorf("%+v", list)
	}
}

func TestAnEditedConnectionIsOpenedAnew(t *testing.T) {
	there := storetest.New(t, storetest.Listener())
	b, cs := shelved(t, "# mine\n", options{})
	p := store.Profile{Name: "box", Endpoint: there.URL, Source: store.KeyInFile, AccessKey: storetest.AccessKey, Secret: storetest.SecretKey}
	if err := b.Save(t.Context(), p, true); err != nil {
		t.Fatal(err)
	}
	if err := b.Save(t.Context(), p, true); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("twice: %v", err)
	}
	s, err := cs.Get("box")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Spaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Secret, p.ReadOnly, p.UploadAccess, p.Spaces = "", true, store.PublicRead, []string{"media"}
	draft, err := b.Draft(t.Context(), p)
	if err != nil || draft.ReadOnly() == "" || s.ReadOnly() != "" {
		t.Fatalf("the draft: %v", err)
	}
	if _, err := draft.ListSpaces(t.Context()); err != nil {
		t.Errorf("the draft has not the secret that is kept: %v", err)
	}
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	again, err := cs.Get("box")
	if err != nil || again == s || again.ReadOnly() == "" || again.UploadAccess() != store.PublicRead || !again.Pinned() {
		t.Errorf("%+v, %v", again, err)
	}
	if text, _ := os.ReadFile(cs.configuration().path); !strings.HasPrefix(string(text), "# mine\n\n[profiles.box]\n") || !strings.Contains(string(text), storetest.SecretKey) {
		t.Errorf("it reads\n%s", text)
	}
	list, err := b.List(t.Context())
	if err != nil || len(list) != 2 || list[1].Secret != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := b.Remove(t.Context(), "box"); err != nil {
		t.Fatal(err)
	}
	if _, err := cs.Get("box"); err == nil {
		t.Error("it can still be opened")
	}
	if text, _ := os.ReadFile(cs.configuration().path); strings.TrimSpace(string(text)) != "# mine" {
		t.Errorf("it reads\n%s", text)
	}
}

func TestWhatIsEditedByHandIsTakenOver(t *testing.T) {
	b, cs := shelved(t, "[profiles.a]\nendpoint = 'https://a'\ncredentials = 'keys'\naccess_key_id = 'k'\nsecret_access_key = 's'\n", options{})
	before, err := cs.Get("a")
	if err != nil {
		t.Fatal(err)
	}
	path := cs.configuration().path
	if err := os.WriteFile(path, []byte("[profiles.a]\nendpoint = 'https://b'\ncredentials = 'keys'\naccess_key_id = 'k'\nsecret_access_key = 's'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := cs.Get("a"); err != nil || after == before || after.Endpoint() != "https://b" {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(path, []byte("[profiles.a]\nendpiont = 'https://b'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.List(t.Context()); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a mistake: %v", err)
	}
}

func TestAllConnectionsAreReadOnlyWhenToldSo(t *testing.T) {
	there := storetest.New(t, storetest.Listener())
	b, cs := shelved(t, "[profiles.a]\nendpoint = '"+there.URL+"'\ncredentials = 'keys'\naccess_key_id = '"+storetest.AccessKey+
		"'\nsecret_access_key = '"+storetest.SecretKey+"'\n", options{readOnly: true})
	for _, conn := range []store.Conn{"", "a"} {
		s, err := cs.Get(conn)
		if err != nil || !strings.Contains(s.ReadOnly(), "--read-only") {
			t.Errorf("%q: %v", conn, err)
			continue
		}
		if err := s.CreateSpace(t.Context(), "media", store.CreateOptions{}); store.KindOf(err) != store.Denied {
			t.Errorf("%q: %v", conn, err)
		}
	}
	list, err := b.List(t.Context())
	if err != nil || !list[0].ReadOnly || !list[1].ReadOnly {
		t.Errorf("%+v, %v", list, err)
	}
	if text, _ := os.ReadFile(cs.configuration().path); strings.Contains(string(text), "read_only") {
		t.Error("it was written down")
	}
}

func TestASecretInTheKeyringIsInNoFile(t *testing.T) {
	keyring.MockInit() // this machine may have none
	there := storetest.New(t, storetest.Listener())
	b, cs := shelved(t, "", options{})
	cs.keyring.always = true
	p := store.Profile{Name: "box", Endpoint: there.URL, Source: store.KeyInKeyring, AccessKey: storetest.AccessKey, Secret: storetest.SecretKey}
	if err := b.Save(t.Context(), p, true); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(cs.configuration().path); strings.Contains(string(text), storetest.SecretKey) || !strings.Contains(string(text), `"keyring"`) {
		t.Errorf("it reads\n%s", text)
	}
	s, err := cs.Get("box")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Spaces(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Remove(t.Context(), "box"); err != nil {
		t.Fatal(err)
	}
	if _, err := cs.keyring.get("box", storetest.AccessKey); err == nil {
		t.Error("the keyring still has it")
	}
}

func TestTheTokenOfDigitalOceanIsKeptWhereTheSecretIs(t *testing.T) {
	keyring.MockInit()
	const token = "dop_v1_canary"
	b, cs := shelved(t, "[profiles.do]\nendpoint = 'https://ams3.digitaloceanspaces.com'\napi_token_env = 'WORK_TOKEN' # of work\n", options{})
	cs.keyring.always = true
	text := func() string { text, _ := os.ReadFile(cs.configuration().path); return string(text) }
	inForce := func() string {
		c, err := cs.config("do")
		if err != nil {
			t.Fatal(err)
		}
		if c.TokenOf == nil {
			return c.APIToken
		}
		token, err := c.TokenOf()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	p := store.Profile{Name: "do", Endpoint: "https://ams3.digitaloceanspaces.com", Source: store.KeyInFile, AccessKey: "DO00", Secret: "canary", KeepsToken: true}
	if err := b.Save(t.Context(), p, false); err == nil || !strings.Contains(err.Error(), "write the API token") {
		t.Error(err)
	}
	p.APIToken = token
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	if got := text(); !strings.Contains(got, `api_token = "dop_v1_canary"`) || strings.Contains(got, "WORK_TOKEN") || inForce() != token {
		t.Errorf("it reads\n%s", got)
	}
	if list, err := b.List(t.Context()); err != nil || !list[1].KeepsToken || list[1].APIToken != "" {
		t.Errorf("%+v, %v", list, err)
	}
	p.APIToken, p.Source, p.Secret = "", store.KeyInKeyring, "canary"
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	if got := text(); strings.Contains(got, "canary") || !strings.Contains(got, "api_token_keyring = true") || inForce() != token {
		t.Errorf("it reads\n%s", got)
	}
	p.Source = store.KeyInFile
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	if got := text(); strings.Contains(got, "keyring") || inForce() != token {
		t.Errorf("it reads\n%s", got)
	}
	p.Source, p.Secret = store.KeyInKeyring, "canary"
	if err := b.Save(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	if err := b.Remove(t.Context(), "do"); err != nil {
		t.Fatal(err)
	}
	if _, err := cs.keyring.get("do", tokenEntry); err == nil {
		t.Error("the keyring still has the token")
	}
}

func TestAConfigurationWithATokenIsItsOwnersAlone(t *testing.T) {
	const text = "[profiles.do]\nendpoint = 'https://ams3.digitaloceanspaces.com'\napi_token = 'dop_v1_canary'\n"
	if _, err := loadConfig(writeConfig(t, text, 0o644)); err == nil || strings.Contains(err.Error(), "canary") {
		t.Error(err)
	}
	if _, err := loadConfig(writeConfig(t, text+"api_token_env = 'X'\n", 0o600)); err == nil || !strings.Contains(err.Error(), "more than one place") {
		t.Error(err)
	}
}

func TestOtherToolsAreReadAsTheyWrite(t *testing.T) {
	home := t.TempDir()
	write := func(path, text string) string {
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := map[string]string{
		"AWS_CONFIG_FILE": write("aws/config", "[default]\nregion = eu-west-1\n[profile work]\nregion=x\nservices = mine\ns3 =\n  addressing_style = path\n"+
			"[services mine]\ns3 =\n  endpoint_url = https://s3.work.example.com\n[profile sso]\nsso_session = a\n"),
		"AWS_SHARED_CREDENTIALS_FILE": write("aws/credentials", "[default]\naws_access_key_id = AK\naws_secret_access_key = canary\n# [off]\n"+
			"[session]\naws_access_key_id = ASIA\naws_secret_access_key = canary\naws_session_token = t\nendpoint_url = http://127.0.0.1:1\n"),
		"S3CMD_CONFIG": write(".s3cfg", "[default]\naccess_key = DOKEY\nsecret_key = canary\nhost_base = ams3.digitaloceanspaces.com\n"+
			"host_bucket = %(bucket)s.ams3.digitaloceanspaces.com\nbucket_location = US\nuse_https = True\n"),
		"RCLONE_CONFIG": write("rclone.conf", "[gd]\ntype = drive\n\n[my minio]\ntype = s3\nprovider = Minio\naccess_key_id = MK\nsecret_access_key = canary\n"+
			"endpoint = http://127.0.0.1:9000\nforce_path_style = true\nacl = public-read\n\n[env]\ntype = s3\nprovider = AWS\nenv_auth = true\nprofile = work\nregion = us-west-2\n"+
			"\n[nokey]\ntype = s3\nprovider = Other\nendpoint = s3.example.com\n"),
		"MC_CONFIG_DIR": filepath.Dir(write("mc/config.json", `{"version":"10","aliases":{"local":{"url":"http://localhost:9000","accessKey":"","secretKey":""},`+
			`"play":{"url":"https://play.min.io/","accessKey":"Q3AM","secretKey":"canary","path":"on"},"s3":{"url":"https://s3.example.com","accessKey":"YOUR-ACCESS-KEY-HERE","secretKey":"x"}}}`)),
	}
	all, err := book{flagged(t, config{}, options{}, env)}.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type is struct {
		tool, name, endpoint, region, source, profile, key string
		path, secret, off                                  bool
	}
	got := map[string]is{}
	for _, c := range all {
		got[c.Tool+" "+c.Name] = is{c.Tool, c.Name, c.Endpoint, c.Region, string(c.Source), c.AWSProfile, c.AccessKey, c.PathStyle, c.Secret == "canary", c.Why != ""}
	}
	for _, want := range []is{
		{"AWS", "aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1", "aws", "default", "AK", false, true, false},
		{"AWS", "work", "https://s3.work.example.com", "x", "aws", "work", "", true, false, false},
		{"AWS", "sso", "https://s3.us-east-1.amazonaws.com", "", "aws", "sso", "", false, false, false},
		{"AWS", "session", "http://127.0.0.1:1", "", "aws", "session", "", false, false, false},
		{"s3cmd", "s3cmd", "https://ams3.digitaloceanspaces.com", "", "keys", "", "DOKEY", false, true, false},
		{"rclone", "my-minio", "http://127.0.0.1:9000", "", "keys", "", "MK", true, true, false},
		{"rclone", "env", "https://s3.us-west-2.amazonaws.com", "us-west-2", "aws", "work", "", false, false, false},
		{"rclone", "nokey", "https://s3.example.com", "", "keys", "", "", false, false, true},
		{"mc", "play", "https://play.min.io", "", "keys", "", "Q3AM", true, true, false},
	} {
		if have := got[want.tool+" "+want.name]; have != want {
			t.Errorf("%+v, want %+v", have, want)
		}
		delete(got, want.tool+" "+want.name)
	}
	if len(got) > 0 {
		t.Errorf("besides: %+v", got)
	}
}

func TestFilesOfOtherToolsThatCannotBeReadSayWhy(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"AWS_CONFIG_FILE": filepath.Join(dir, "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "none"),
		"S3CMD_CONFIG": dir, "RCLONE_CONFIG": filepath.Join(dir, "rclone.conf"), "MC_CONFIG_DIR": dir}
	for name, text := range map[string]string{"rclone.conf": "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc\n", "config.json": "{"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := book{flagged(t, config{}, options{}, env)}.Candidates(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, c := range all {
		if c.Why == "" {
			t.Errorf("%+v", c)
		}
	}
}

func FuzzFilesOfOtherTools(f *testing.F) {
	f.Add("[default]\naccess_key = a\nsecret_key=b\n s3 =\n  x = y\n")
	f.Add(`{"aliases":{"a":{"url":"x","accessKey":"y"}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func([]byte) ([]store.Candidate, error){ofS3cmd, ofRclone, ofMC} {
			read([]byte(text))
		}
		all, _ := readINI([]byte(text))
		for name, section := range all {
			profileOfAWS(name, section, nil)
		}
	})
}
