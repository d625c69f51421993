package store

import (
	"cmp"
	"context"
	"strings"
)

// Book keeps the connections that people have given names to. It reads and writes files, so it is asked off the loop that
// draws. It is safe for concurrent use.
type Book interface {
	// List reads all profiles anew, this machine first. Those that were changed by other means are opened anew from then
	// on. No secret is in them.
	List(context.Context) ([]Profile, error)

	// Save adds or replaces the profile of that name, and nothing else of what its user wrote. An empty Secret or APIToken
	// keeps the one that there is. add refuses a name that is taken. The connection is opened anew from then on.
	Save(ctx context.Context, p Profile, add bool) error

	// Remove takes a profile out. Its secrets go with it.
	Remove(ctx context.Context, name string) error

	// Draft opens a profile that need not be saved, as Save would have it.
	Draft(context.Context, Profile) (*Store, error)

	// Candidates are the endpoints that other tools of this user know.
	Candidates(context.Context) ([]Candidate, error)

	// NoKeyring says why secrets cannot be kept by the system, "" when they can.
	NoKeyring() string
}

// KeySource is where the access key of a profile comes from.
type KeySource string

// The sources of keys.
const (
	KeyOfAWS     KeySource = "aws"     // the environment and ~/.aws
	KeyInFile    KeySource = "keys"    // the configuration itself, which only its owner can read
	KeyInKeyring KeySource = "keyring" // the secret is kept by the system
)

// Profile is a connection as people know it. The one without a name is this machine.
type Profile struct {
	Name      string
	Endpoint  string
	Region    string
	PathStyle bool

	Source     KeySource // "" is KeyOfAWS
	AWSProfile string    // of ~/.aws, with KeyOfAWS
	AccessKey  string    // else
	Secret     string    // only for Save and Draft: never read out

	KeepsToken bool   // the token of DigitalOcean's API is kept where the secret is; else it is the environment's
	APIToken   string // only for Save and Draft: never read out

	ReadOnly     bool
	UploadAccess Access   // who may read what is uploaded, unless told otherwise: "" is Private
	Trash        bool     // deleting goes to the trash
	Spaces       []string // shown without being asked for: of keys that may not list Spaces

	Unused bool // this machine has no store yet
	Given  bool // by the command line: it is in no file
}

// Conn is the name of the connection.
func (p Profile) Conn() Conn { return Conn(p.Name) }

// Candidate is a profile found in the files of another tool.
type Candidate struct {
	Profile
	Tool string // "AWS", "s3cmd", "rclone", "mc"
	File string
	Why  string // why it cannot be taken over, or ""
}

// WrongProfile says why a profile cannot be kept, "" when it can: names of connections are part of places.
func WrongProfile(p Profile) string {
	switch {
	case p.Name == "":
		return "Give it a name."
	case len(p.Name) > 60, strings.ContainsFunc(p.Name, notInProfileName):
		return "A name consists of letters, digits, dashes, dots and underscores."
	case strings.EqualFold(p.Name, "s3"):
		return "s3 is no name: addresses of S3 begin with it."
	case p.Endpoint == "":
		return "Write the address of the endpoint."
	case cmp.Or(p.Source, KeyOfAWS) != KeyOfAWS && p.AccessKey == "":
		return "Write the access key."
	}
	if _, err := parseEndpoint(p.Endpoint); err != nil {
		return Capital(bareText(err)) + "."
	}
	return ""
}

func notInProfileName(r rune) bool {
	return !(r == '-' || r == '_' || r == '.' || r < 0x80 && r > 0x20 && isLetterOrDigit(byte(r)))
}

func isLetterOrDigit(c byte) bool {
	return isAlphanumeric(c) || c >= 'A' && c <= 'Z'
}

func bareText(err error) string {
	if e, is := err.(*Error); is {
		return e.Err.Error()
	}
	return err.Error()
}
