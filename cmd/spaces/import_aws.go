package main

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"spaces/store"
)

// ofAWS reads the two files of the AWS tools (SDKs and Tools Reference Guide, "Shared config and credentials files"). A key
// in them is referred to, unless it is to be copied.
func ofAWS(config, credentials string) []store.Candidate {
	fromConfig, wrong := readAWS(config)
	fromKeys, wrongToo := readAWS(credentials)
	all, services := map[string]map[string]string{}, map[string]map[string]string{}
	for section, c := range fromConfig {
		kind, name, is := strings.Cut(section, " ")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		switch {
		case section == "default":
			all[section] = c
		case is && kind == "profile":
			all[name] = c
		case is && kind == "services":
			services[name] = c
		}
	}
	for name, c := range fromKeys {
		merged := maps.Clone(all[name])
		if merged == nil {
			merged = map[string]string{}
		}
		maps.Copy(merged, c)
		all[name] = merged
	}
	var list []store.Candidate
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := profileOfAWS(name, all[name], services[all[name]["services"]])
		file := credentials
		if all[name]["aws_access_key_id"] == "" {
			file = config
		}
		list = append(list, store.Candidate{Profile: p, Tool: "AWS", File: file, Why: store.WrongProfile(p)})
	}
	return slices.Concat(list, wrong, wrongToo)
}

// readAWS reads one of the two, and what is wrong with it.
func readAWS(path string) (map[string]map[string]string, []store.Candidate) {
	text, err := readSome(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all map[string]map[string]string
	if err == nil {
		all, err = readINI(text)
	}
	for _, c := range all {
		for name, value := range c {
			c[name] = beforeComment(value)
		}
	}
	if err != nil {
		return all, []store.Candidate{unread("AWS", path, err)}
	}
	return all, nil
}

// beforeComment is a value without the comment behind it, which in these files begins with a space.
func beforeComment(value string) string {
	for _, sign := range []string{" #", " ;", "\t#", "\t;"} {
		value, _, _ = strings.Cut(value, sign)
	}
	return strings.TrimSpace(value)
}

func profileOfAWS(name string, c, services map[string]string) store.Profile {
	p := store.Profile{Name: profileName(name), Region: c["region"], Source: store.KeyOfAWS, AWSProfile: name,
		PathStyle: c["s3.addressing_style"] == "path", AccessKey: c["aws_access_key_id"], Secret: c["aws_secret_access_key"]}
	if name == "default" {
		p.Name = "aws"
	}
	if c["aws_session_token"] != "" {
		p.AccessKey, p.Secret = "", "" // they end: a copy would be of no use soon
	}
	p.Endpoint = withScheme(cmp.Or(services["s3.endpoint_url"], c["s3.endpoint_url"], c["endpoint_url"]))
	if p.Endpoint == "" {
		p.Endpoint = amazon(p.Region)
	}
	return p
}
