// Package lifecycle holds the rules by which objects of a Space expire: the
// LifecycleConfiguration document of S3, and what it means for a key's
// versions and for uploads at a given time (S3 User Guide, "Managing the
// lifecycle of objects"). It knows neither HTTP nor storage, and does nothing
// itself. Where the documentation leaves a choice, the one that deletes less
// is taken.
package lifecycle

import "time"

// Limits of S3.
const (
	MaxRules     = 1000
	MaxID        = 255  // characters
	MaxPrefix    = 1024 // bytes, as a key
	MaxDocument  = 1 << 20
	maxNewer     = 100
	maxTagKey    = 128 // characters
	maxTagValue  = 256 // characters
	maxTags      = 50  // in one And; an object has at most 10
	minDaysForIA = 30
)

// Codes of errors, as S3 has them.
const (
	MalformedXML    = "MalformedXML"
	InvalidArgument = "InvalidArgument"
	InvalidRequest  = "InvalidRequest"
)

// Error refuses a document. All of them are answered with status 400.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Message }

// Configuration is the rules of a Space in the order of the document.
type Configuration struct {
	Rules []Rule
}

// Rule is one rule. Nil actions are absent.
type Rule struct {
	ID       string
	Disabled bool
	Filter   Filter
	// OldPrefix: the document has a Prefix of the rule itself (the form
	// before Filter), and is written back so.
	OldPrefix bool

	Expiration            *Expiration
	Noncurrent            *NoncurrentExpiration
	AbortAfterDays        int // AbortIncompleteMultipartUpload; 0: absent
	Transitions           []Transition
	NoncurrentTransitions []NoncurrentTransition
}

// Filter says which objects a rule is about: those for which all that is set
// holds. The zero Filter is about all.
type Filter struct {
	And         bool // the predicates are written inside And
	HasPrefix   bool // Prefix was given, perhaps empty
	Prefix      string
	Tags        []Tag
	GreaterThan *int64 // bytes, exclusive
	LessThan    *int64 // bytes, exclusive
}

// Tag is a tag that an object must have.
type Tag struct{ Key, Value string }

// Expiration of current versions; exactly one field is set.
type Expiration struct {
	Days         int
	Date         time.Time // midnight UTC
	DeleteMarker bool      // ExpiredObjectDeleteMarker was given
	RemoveMarker bool      // and its value
}

// NoncurrentExpiration deletes versions that have been noncurrent for Days
// and have at least Newer newer noncurrent versions.
type NoncurrentExpiration struct{ Days, Newer int }

// Transition to another storage class, by Days or, when it is not zero, Date.
type Transition struct {
	Days  int
	Date  time.Time
	Class string
}

// NoncurrentTransition is a Transition of noncurrent versions.
type NoncurrentTransition struct {
	Days, Newer int
	Class       string
}

// Transitions says whether any rule moves objects to another storage class.
// Such a document is valid, but Evaluate ignores these actions.
func (c *Configuration) Transitions() bool {
	for i := range c.Rules {
		if len(c.Rules[i].Transitions)+len(c.Rules[i].NoncurrentTransitions) > 0 {
			return true
		}
	}
	return false
}
