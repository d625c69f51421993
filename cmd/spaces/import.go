package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"spaces/store"
)

// Candidates implements store.Book: what ~/.aws, s3cmd, rclone and mc know, in that order. A file that cannot be read is a
// candidate that says why.
func (b book) Candidates(context.Context) ([]store.Candidate, error) {
	env := b.cs.p.getenv
	at := func(name, path string) string {
		return cmp.Or(env(name), filepath.Join(xdg.Home, filepath.FromSlash(path)))
	}
	list := ofAWS(at("AWS_CONFIG_FILE", ".aws/config"), at("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"))
	list = append(list, found("s3cmd", ofS3cmd, at("S3CMD_CONFIG", ".s3cfg"))...)
	rclone := []string{filepath.Join(xdg.ConfigHome, "rclone", "rclone.conf"), filepath.Join(xdg.Home, ".rclone.conf")}
	if path := env("RCLONE_CONFIG"); path != "" {
		rclone = []string{path}
	}
	for _, path := range rclone {
		list = append(list, found("rclone", ofRclone, path)...)
	}
	mc := []string{".mc", ".mcli"} // as Debian and others call it
	if runtime.GOOS == "windows" {
		mc = []string{"mc"}
	}
	for _, dir := range mc {
		path := filepath.Join(at("MC_CONFIG_DIR", dir), "config.json")
		list = append(list, found("mc", ofMC, path)...)
		if env("MC_CONFIG_DIR") != "" {
			break
		}
	}
	return list, nil
}

// mostOfFile is far more than any file of settings has.
const mostOfFile = 1 << 20

// found reads the profiles in a file of a tool. A file that is not there has none.
func found(tool string, read func(text []byte) ([]store.Candidate, error), path string) []store.Candidate {
	text, err := readSome(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var list []store.Candidate
	if err == nil {
		list, err = read(text)
	}
	for i := range list {
		list[i].Tool, list[i].File = tool, path
		list[i].Name = profileName(list[i].Name)
		if list[i].Why == "" {
			list[i].Why = store.WrongProfile(list[i].Profile)
		}
	}
	if err != nil {
		list = append(list, unread(tool, path, err))
	}
	return list
}

// unread is what stands for a file, or for the part of it, that cannot be read.
func unread(tool, path string, err error) store.Candidate {
	why := strings.ReplaceAll(bareError(err), "\n", "; ")
	return store.Candidate{Profile: store.Profile{Name: tool}, Tool: tool, File: path, Why: store.Capital(why) + "."}
}

// readSome reads a file of a tool. One that is no file, or far too long to be one of them, is left alone.
func readSome(path string) ([]byte, error) {
	if about, err := os.Stat(path); err != nil {
		return nil, err
	} else if !about.Mode().IsRegular() { // a pipe would be waited for
		return nil, errors.New("it is no file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostOfFile+1))
	if err == nil && len(text) > mostOfFile {
		return nil, errors.New("it is longer than 1 MiB: nothing in it was read")
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), err
}

func bareError(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return "it cannot be read: " + at.Err.Error()
	}
	return err.Error()
}

// profileName makes a name of what another tool takes for one.
func profileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if isBare(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, name)
	return name[:min(len(name), 60)]
}

// ofS3cmd reads a .s3cfg (s3cmd: "About the s3cmd configuration file").
func ofS3cmd(text []byte) ([]store.Candidate, error) {
	all, wrong := readINI(text)
	c := all["default"]
	scheme := "https://"
	if strings.EqualFold(c["use_https"], "false") {
		scheme = "http://"
	}
	p := store.Profile{Name: "s3cmd", Region: c["bucket_location"], Source: store.KeyInFile, AccessKey: c["access_key"], Secret: c["secret_key"],
		PathStyle: c["host_bucket"] != "" && !strings.Contains(c["host_bucket"], "%(bucket)")}
	if p.Region == "US" { // what s3cmd writes for none
		p.Region = ""
	}
	if p.Endpoint = amazon(""); c["host_base"] != "" {
		p.Endpoint = scheme + c["host_base"]
	}
	why := noKeys(p)
	if c["access_token"] != "" {
		why = temporary
	}
	return []store.Candidate{{Profile: p, Why: why}}, wrong
}

// temporary is why a key that ends is not copied.
const temporary = "Its key is a temporary one, which a copy would outlive."

func noKeys(p store.Profile) string {
	if p.Source == store.KeyInFile && (p.AccessKey == "" || p.Secret == "") {
		return "There is no access key in it."
	}
	return ""
}

// ofRclone reads the remotes of the type s3 (rclone: "Amazon S3 Storage Providers"). Their secrets are not obscured.
func ofRclone(text []byte) ([]store.Candidate, error) {
	if bytes.Contains(text, []byte("RCLONE_ENCRYPT_V")) {
		return nil, errors.New("it is encrypted")
	}
	var list []store.Candidate
	all, wrong := readINI(text)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		if c["type"] != "s3" {
			continue
		}
		p := store.Profile{Name: name, Region: c["region"], Source: store.KeyInFile, AccessKey: c["access_key_id"], Secret: c["secret_access_key"],
			PathStyle: c["force_path_style"] == "true", Endpoint: withScheme(c["endpoint"]), UploadAccess: publicOnly(c["acl"])}
		if p.Endpoint == "" && (c["provider"] == "AWS" || c["provider"] == "") {
			p.Endpoint = amazon(p.Region)
		}
		if c["env_auth"] == "true" && p.AccessKey == "" {
			p.Source, p.AWSProfile, p.Secret = store.KeyOfAWS, c["profile"], ""
		}
		list = append(list, store.Candidate{Profile: p, Why: cmp.Or(notOfRclone(c), noKeys(p))})
	}
	return list, wrong
}

// notOfRclone says why a remote is more than a connection can be.
func notOfRclone(c map[string]string) string {
	switch {
	case c["session_token"] != "":
		return temporary
	case c["v2_auth"] == "true":
		return "It signs in the old way (v2_auth), which is not done here."
	case c["role_arn"] != "":
		return "It takes a role on (role_arn): write that into a profile of ~/.aws, which is followed."
	case c["env_auth"] == "true" && c["shared_credentials_file"] != "" && c["access_key_id"] == "":
		return "Its key is in a file of its own (shared_credentials_file): set AWS_SHARED_CREDENTIALS_FILE to that."
	}
	return ""
}

func publicOnly(acl string) store.Access {
	if acl == string(store.PublicRead) {
		return store.PublicRead
	}
	return ""
}

func withScheme(endpoint string) string {
	if endpoint == "" || strings.Contains(endpoint, "://") {
		return endpoint
	}
	return "https://" + endpoint
}

func amazon(region string) string {
	return store.EndpointOf(store.AWSKind, cmp.Or(region, "us-east-1"))
}

// noJSON says in which line a text is not what it should be.
func noJSON(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(len(text))
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	line := 1 + bytes.Count(text[:min(max(at, 0), int64(len(text)))], []byte("\n"))
	if kind != nil {
		return fmt.Errorf("line %d: the value of %s is of another kind than expected", line, kind.Field)
	}
	return fmt.Errorf("line %d: it is no JSON: %w", line, err)
}

// ofMC reads the aliases of the MinIO client ("mc alias"); older ones called them hosts.
func ofMC(text []byte) ([]store.Candidate, error) {
	type alias struct{ URL, AccessKey, SecretKey, Path, Lookup string }
	var c struct{ Aliases, Hosts map[string]alias }
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, noJSON(text, err)
	}
	if c.Aliases == nil {
		c.Aliases = c.Hosts
	}
	var list []store.Candidate
	for _, name := range slices.Sorted(maps.Keys(c.Aliases)) {
		a := c.Aliases[name]
		if a.AccessKey == "" || strings.HasPrefix(a.AccessKey, "YOUR-") {
			continue // those that mc writes as examples
		}
		list = append(list, store.Candidate{Profile: store.Profile{Name: name, Endpoint: strings.TrimRight(a.URL, "/"), Source: store.KeyInFile,
			AccessKey: a.AccessKey, Secret: a.SecretKey, PathStyle: a.Path == "on" || a.Lookup == "path"}})
	}
	return list, nil
}
