package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
	toml "github.com/pelletier/go-toml/v2"

	"spaces/keys"
	"spaces/server/local"
	"spaces/store"
)

// config is the configuration file. Unknown names in it are errors: a misspelt setting must not be ignored.
type config struct {
	Theme    string             `toml:"theme"`          // auto (the default), dark, light, or a file in themes/ beside the configuration
	KeyMap   string             `toml:"keymap"`         // preset of the key map
	Sizes    string             `toml:"sizes"`          // how sizes are written: decimal (the default), binary or bytes
	Dates    string             `toml:"dates"`          // how dates are: local (the default), relative, iso or utc
	Calm     bool               `toml:"reduced_motion"` // figures change every two seconds
	Reader   bool               `toml:"screen_reader"`  // each change is printed as a line of text
	Bound    map[string]any     `toml:"bind"`           // action → its key, or a list of keys: see Bind
	Profiles map[string]profile `toml:"profiles"`       // endpoints by name

	// Trash says whether deleting on this machine goes to the trash; nil: it does.
	Trash *bool `toml:"trash"`

	// EncryptionKey is a file with the keys that every new object of the store of this machine is encrypted with.
	EncryptionKey string `toml:"encryption_key"`

	Bind map[string][]string `toml:"-"` // action → keys, over the preset

	path   string              // where it was read
	bindAt map[keys.Action]int // lines of Bind
	lineOf map[string]int      // of the settings outside of tables
}

// profile is one S3 endpoint.
type profile struct {
	Endpoint    string `toml:"endpoint"`
	Region      string `toml:"region"`
	Addressing  string `toml:"addressing"`  // "host" (NAME.ENDPOINT, the default) or "path" (ENDPOINT/NAME)
	Credentials string `toml:"credentials"` // "aws" (environment and ~/.aws, the default), "aws:PROFILE", "keys", or "keyring"
	AccessKey   string `toml:"access_key_id"`
	SecretKey   string `toml:"secret_access_key"`

	// The token of DigitalOcean's API: itself, the variable that has it, or that the keyring has it. None of them: the
	// variables that its own tools read.
	APIToken        string `toml:"api_token"`
	APITokenEnv     string `toml:"api_token_env"`
	APITokenKeyring bool   `toml:"api_token_keyring"`

	ReadOnly     bool     `toml:"read_only"`     // nothing is changed there
	UploadAccess string   `toml:"upload_access"` // "private" (the default) or "public-read"
	LimitRate    string   `toml:"limit_rate"`    // of transfers, in bytes a second: "10M"; the default is no limit
	Trash        bool     `toml:"trash"`         // deleting goes to the trash
	Spaces       []string `toml:"spaces"`        // of a key that may not list them: shown without asking
}

// trashes says whether deleting on this machine goes to the trash.
func (c config) trashes() bool { return c.Trash == nil || *c.Trash }

// loadConfig reads the file at path, or at the default place when path is "": then it may be missing.
func loadConfig(path string) (config, error) {
	named := path != ""
	if !named {
		path = filepath.Join(xdg.ConfigHome, "spaces", "config.toml")
	}
	text, err := readText(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return config{path: path}, nil
	}
	if err != nil {
		return config{}, fmt.Errorf("read the configuration: %w", err)
	}
	c, err := parseConfig(path, text)
	if err == nil && c.hasSecret() {
		err = local.CheckPrivate(path)
	}
	return c, err
}

// parseConfig reads the text of the file at path.
func parseConfig(path string, text []byte) (config, error) {
	var c config
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("%s: %w", path, explainTOML(err))
	}
	c.path, c.bindAt, c.lineOf = path, bindLines(text), settingLines(text)
	if err := c.readBound(); err != nil {
		return c, err
	}
	for name, p := range c.Profiles {
		if err := p.check(); err != nil {
			return c, fmt.Errorf("%s: profile %s: %w", path, name, err)
		}
	}
	return c, nil
}

// readText reads a file that people edit. Editors put a byte order mark at the start of some: one is skipped.
func readText(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	return bytes.TrimPrefix(text, []byte("\ufeff")), err
}

// renamed has the names that settings and flags had before. They are refused with the new one, and not taken, so that
// nothing has two names.
var renamed = map[string]string{"keys": "keymap"}

// explainTOML says where a strict decoding stopped.
func explainTOML(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		line, _ := unknown.Errors[0].Position()
		name := strings.Join(unknown.Errors[0].Key(), ".")
		if now, is := renamed[name]; is {
			return fmt.Errorf("line %d: the setting %s is called %s now", line, name, now)
		}
		return fmt.Errorf("line %d: there is no setting %q", line, name)
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, _ := bad.Position()
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

// bandwidth is LimitRate, which was checked, in bytes a second; 0: no limit.
func (p profile) bandwidth() int64 {
	n, _ := store.ParseSize(p.LimitRate)
	return n
}

func (p profile) check() error {
	switch {
	case p.Endpoint == "":
		return errors.New("endpoint is missing; write the URL of the S3 endpoint")
	case p.Addressing != "" && p.Addressing != "host" && p.Addressing != "path":
		return fmt.Errorf("addressing is %q; write host or path", p.Addressing)
	case p.UploadAccess != "" && p.UploadAccess != string(store.Private) && p.UploadAccess != string(store.PublicRead):
		return fmt.Errorf("upload_access is %q; write %s or %s", p.UploadAccess, store.Private, store.PublicRead)
	}
	if p.LimitRate != "" {
		if _, err := store.ParseSize(p.LimitRate); err != nil {
			return fmt.Errorf("limit_rate: %w", err)
		}
	}
	tokens := 0
	for _, there := range []bool{p.APIToken != "", p.APITokenEnv != "", p.APITokenKeyring} {
		if there {
			tokens++
		}
	}
	if tokens > 1 {
		return errors.New("the token is in more than one place; keep one of api_token, api_token_env and api_token_keyring")
	}
	return p.checkKey()
}

func (p profile) checkKey() error {
	source, _, _ := strings.Cut(p.Credentials, ":")
	switch {
	case p.Credentials == "keys" && (p.AccessKey == "" || p.SecretKey == ""):
		return errors.New(`credentials = "keys" needs access_key_id and secret_access_key`)
	case p.Credentials == "keyring" && (p.AccessKey == "" || p.SecretKey != ""):
		return errors.New(`credentials = "keyring" needs access_key_id, and no secret_access_key: the keyring has it`)
	case p.Credentials == "keys", p.Credentials == "keyring":
	case source != "" && source != "aws":
		return fmt.Errorf("credentials is %q; write aws, aws:PROFILE, keys or keyring", p.Credentials)
	case p.AccessKey+p.SecretKey != "":
		return errors.New(`access_key_id and secret_access_key need credentials = "keys"`)
	}
	return nil
}

func (c config) hasSecret() bool {
	for _, p := range c.Profiles {
		if p.SecretKey != "" || p.APIToken != "" {
			return true
		}
	}
	return false
}
