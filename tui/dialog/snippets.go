package dialog

import (
	"net/url"
	"strings"

	"spaces/store"
)

// program is a client that a snippet is for: what to paste, and where.
type program struct {
	name, where string
	text        func(snippet) string
}

// snippet is what other programs have to know. The secret is never part of it: a placeholder stands in its place.
type snippet struct {
	name               string // of the profile, remote or alias
	endpoint, host     string
	region, key, space string
	path, secure       bool
	provider           string // of rclone
}

// secretHere stands for the secret, and noKey for an access key that is not known.
const (
	secretHere = "YOUR-SECRET-KEY"
	noKey      = "YOUR-ACCESS-KEY"
)

func snippetOf(s *store.Store, of store.Client, space string) snippet {
	n := snippet{name: "spaces", endpoint: of.Endpoint, region: of.Region, key: of.Key, space: space, path: of.PathStyle, provider: "Other"}
	if u, err := url.Parse(of.Endpoint); err == nil {
		n.host, n.secure = u.Host, u.Scheme == "https"
	}
	if n.key == "" {
		n.key = noKey
	}
	switch p := s.Provider(); p {
	case "DigitalOcean", "Ceph", "AWS":
		n.provider = p
		n.name = map[string]string{"DigitalOcean": "spaces-" + n.region, "AWS": "aws-" + n.region}[p]
		if n.name == "" {
			n.name = "ceph"
		}
	}
	return n
}

// programs are those that snippets are made for, from their documentation: s3cmd's "s3cmd --configure", the AWS CLI's
// "configuration and credential file settings", rclone's "S3", mc's "mc alias set".
var programs = []program{
	{"s3cmd", "Into ~/.s3cfg", snippet.s3cmd},
	{"aws", "Into ~/.aws/config and ~/.aws/credentials", snippet.aws},
	{"rclone", "Into rclone.conf (rclone config file says where it is)", snippet.rclone},
	{"mc", "Into a shell", snippet.mc},
}

func (n snippet) s3cmd() string {
	bucket := "%(bucket)s." + n.host
	if n.path {
		bucket = n.host
	}
	return lines("[default]", "access_key = "+n.key, "secret_key = "+secretHere, "host_base = "+n.host, "host_bucket = "+bucket,
		"bucket_location = "+n.region, "use_https = "+map[bool]string{true: "True", false: "False"}[n.secure],
		"# s3cmd ls s3://"+n.space)
}

func (n snippet) aws() string {
	style := "virtual"
	if n.path {
		style = "path"
	}
	return lines("# ~/.aws/config", "[profile "+n.name+"]", "region = "+n.region, "endpoint_url = "+n.endpoint,
		"request_checksum_calculation = when_required", "s3 =", "    addressing_style = "+style,
		"# ~/.aws/credentials", "["+n.name+"]", "aws_access_key_id = "+n.key, "aws_secret_access_key = "+secretHere,
		"# aws --profile "+n.name+" s3 ls s3://"+n.space)
}

func (n snippet) rclone() string {
	return lines("["+n.name+"]", "type = s3", "provider = "+n.provider, "access_key_id = "+n.key, "secret_access_key = "+secretHere,
		"endpoint = "+n.endpoint, "region = "+n.region, "force_path_style = "+map[bool]string{true: "true", false: "false"}[n.path],
		"# rclone lsf "+n.name+":"+n.space)
}

func (n snippet) mc() string {
	path := "off"
	if n.path {
		path = "on"
	}
	return lines("# export AWS_SECRET_ACCESS_KEY before", `mc alias set `+n.name+" "+n.endpoint+" "+n.key+` "$AWS_SECRET_ACCESS_KEY" --api S3v4 --path `+path,
		"mc ls "+n.name+"/"+n.space)
}

func lines(list ...string) string { return strings.Join(list, "\n") + "\n" }
