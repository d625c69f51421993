package storetest

import "spaces/store"

// Features that are named here and in the contract.
const (
	usage      Feature = "Size of a Space without listing it"
	dots       Feature = "Keys with `.` or `..` between slashes"
	slashes    Feature = "Keys with `//`, or `/` first"
	controls   Feature = "Keys with control characters"
	longKeys   Feature = "Keys of 1,024 bytes"
	nestedKeys Feature = "A file and a folder of one name"
	rename     Feature = "Rename in one step"
	lifecycle  Feature = "Lifecycle rules"
	encryption Feature = "Encryption by default"
	accessLogs Feature = "Access logs"
)

// Engines are those that every change of this program is tried on (testdata/interop), with what they have not.
var Engines = []Engine{
	{Name: "spaces", Title: "`spaces serve`"},
	{Name: "ceph", Title: "Ceph RGW 16", Gaps: map[Feature]Gap{
		rename:     {"It has no RenameObject: what is renamed is copied, and the old key deleted.", store.Unsupported},
		encryption: {"It has no such setting.", store.Unsupported},
		accessLogs: {"It has none.", store.Unsupported},
		AccessKeys: {"`radosgw-admin` makes them; of DigitalOcean's engine, DigitalOcean's own API.", store.Unsupported},
	}},
	{Name: "versitygw", Title: "versitygw 1.8", Gaps: map[Feature]Gap{
		PublicListing: {"Its Spaces have no access control lists unless they are made with them.", store.NotPublic},
		Permissions:   {"Its Spaces have no access control lists unless they are made with them.", store.Unsupported},
		usage:         {"It does not tell: the Usage tab counts.", store.Unsupported},
		VersionTimes:  {"It tells when a version was replaced, and not when it was written.", ""},
		dots:          {"Keys are paths of a file system there.", store.InvalidName},
		slashes:       {"Keys are paths of a file system there.", store.InvalidName},
		controls:      {"It lists control characters as U+FFFD, whatever they were; such keys can be read, and not be deleted from a listing.", ""},
		longKeys:      {"Keys are paths of a file system there.", store.InvalidName},
		nestedKeys:    {"Keys are paths of a file system there: a name is a file or a folder, and a folder has no content.", store.InvalidName},
		rename:        {"It has no RenameObject: what is renamed is copied, and the old key deleted.", store.Unsupported},
		lifecycle:     {"It has none.", store.Unsupported},
		encryption:    {"It has no such setting.", store.Unsupported},
		accessLogs:    {"It has none for single Spaces.", store.Unsupported},
		AccessKeys:    {"`versitygw admin create-user` makes them.", store.Unsupported},
	}},
}

// Embedded is this program's server in a test: it has no keys to encrypt with.
var Embedded = Engine{Name: "embedded", Gaps: map[Feature]Gap{
	encryption: {"A server without a directory has no keys to encrypt with.", store.Unsupported},
}}

// Stranger is Embedded where it does not answer as itself.
var Stranger = Engine{Name: "stranger", Gaps: map[Feature]Gap{
	encryption: Embedded.Gaps[encryption],
	rename:     {"Nobody is asked for RenameObject who may not know it.", store.Unsupported},
}}
