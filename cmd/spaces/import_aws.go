package main

import (
	"bufio"
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"spaces/store"
)

// ofAWS reads the two files of the AWS tools (SDKs and Tools Reference Guide, "Shared config and credentials files"). A key
// in them is referred to, unless it is to be copied.
func ofAWS(config, credentials string) []store.Candidate {
	configText, err1 := readSome(config)
	keysText, err2 := readSome(credentials)
	if err1 != nil && err2 != nil {
		return nil
	}
	all, services := map[string]map[string]string{}, map[string]map[string]string{}
	for section, c := range readINI(configText) {
		kind, name, is := strings.Cut(section, " ")
		name = strings.TrimSpace(name)
		switch {
		case section == "default":
			all[section] = c
		case is && kind == "profile":
			all[name] = c
		case is && kind == "services":
			services[name] = c
		}
	}
	for name, c := range readINI(keysText) {
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
	return list
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

// readINI reads sections of settings. An indented line below a setting without a value is one of its own: PARENT.NAME.
func readINI(text []byte) map[string]map[string]string {
	all := map[string]map[string]string{}
	var section map[string]string
	parent := ""
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, mostOfFile)
	for lines.Scan() {
		raw := lines.Text()
		line := strings.TrimSpace(raw)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			name, _, _ := strings.Cut(line[1:], "]")
			if name = strings.TrimSpace(name); all[name] == nil {
				all[name] = map[string]string{}
			}
			section, parent = all[name], ""
			continue
		}
		name, value, is := strings.Cut(line, "=")
		if name, value = strings.TrimSpace(name), strings.TrimSpace(value); !is || section == nil {
			continue
		}
		if raw[0] == ' ' || raw[0] == '\t' {
			if parent != "" {
				name = parent + "." + name
			}
		} else if parent = ""; value == "" {
			parent = name
		}
		section[name] = value
	}
	return all
}
