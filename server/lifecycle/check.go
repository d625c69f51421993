package lifecycle

import (
	"fmt"
	"unicode/utf8"
)

// coldClasses are the storage classes that objects can move to, with true.
var coldClasses = map[string]bool{
	"STANDARD_IA": true, "ONEZONE_IA": true, "INTELLIGENT_TIERING": true,
	"GLACIER": true, "GLACIER_IR": true, "DEEP_ARCHIVE": true,
}

const maxObject = 5 << 40 // bytes: "Maximum filter size is 5 TB"

func invalidArgument(format string, args ...any) error {
	return &Error{InvalidArgument, fmt.Sprintf(format, args...)}
}

func invalidRequest(format string, args ...any) error {
	return &Error{InvalidRequest, fmt.Sprintf(format, args...)}
}

func positive(n int, what string) error {
	if n < 1 {
		return invalidArgument("%s must be a positive integer", what)
	}
	return nil
}

func newerVersions(n *int, action string) (int, error) {
	if n == nil {
		return 0, nil
	}
	if *n > maxNewer {
		return 0, invalidArgument("'NewerNoncurrentVersions' for %s action must be at most %d", action, maxNewer)
	}
	return *n, positive(*n, "'NewerNoncurrentVersions' for "+action+" action")
}

// checkTransition: days may be 0, but not for the infrequent access classes.
func checkTransition(days int, byDays bool, class, what string) error {
	switch {
	case days < 0:
		return invalidArgument("%s must be nonnegative", what)
	case byDays && days < minDaysForIA && (class == "STANDARD_IA" || class == "ONEZONE_IA"):
		return invalidArgument("%s must be greater than or equal to %d for storageClass '%s'", what, minDaysForIA, class)
	}
	return nil
}

// check is about rules as a whole and among each other.
func (c *Configuration) check() error {
	seen := map[string]bool{}
	for i := range c.Rules {
		r := &c.Rules[i]
		if utf8.RuneCountInString(r.ID) > MaxID {
			return invalidArgument("ID length should not exceed allowed limit of %d", MaxID)
		}
		if seen[r.ID] {
			return invalidArgument("Rule ID must be unique. Found same ID for more than one rule")
		}
		seen[r.ID] = true
		for _, check := range []func() error{r.checkActions, r.Filter.check, r.checkFilterUse, r.checkTransitions} {
			if err := check(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Rule) checkActions() error {
	if r.Expiration == nil && r.Noncurrent == nil && r.AbortAfterDays == 0 &&
		len(r.Transitions)+len(r.NoncurrentTransitions) == 0 {
		return invalidRequest("At least one action needs to be specified in a rule")
	}
	return nil
}

func (f *Filter) check() error {
	if len(f.Prefix) > MaxPrefix {
		return invalidRequest("The maximum size of a prefix is %d", MaxPrefix)
	}
	if len(f.Tags) > maxTags {
		return invalidRequest("A filter cannot have more than %d tags", maxTags)
	}
	keys := map[string]bool{}
	for _, t := range f.Tags {
		if utf8.RuneCountInString(t.Key) > maxTagKey || utf8.RuneCountInString(t.Value) > maxTagValue {
			return invalidRequest("A tag of a filter has a key over %d or a value over %d characters", maxTagKey, maxTagValue)
		}
		if keys[t.Key] {
			return invalidRequest("Duplicate Tag Keys are not allowed.")
		}
		keys[t.Key] = true
	}
	for _, size := range []*int64{f.GreaterThan, f.LessThan} {
		if size != nil && (*size < 0 || *size > maxObject) {
			return invalidRequest("Object sizes of a filter must be between 0 and %d bytes", int64(maxObject))
		}
	}
	if f.GreaterThan != nil && f.LessThan != nil && *f.GreaterThan >= *f.LessThan {
		return invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'")
	}
	return nil
}

// checkFilterUse: some actions are about what has neither tags nor size.
func (r *Rule) checkFilterUse() error {
	sized := r.Filter.GreaterThan != nil || r.Filter.LessThan != nil
	for _, action := range []struct {
		name string
		has  bool
	}{
		{"AbortIncompleteMultipartUpload", r.AbortAfterDays > 0},
		{"ExpiredObjectDeleteMarker", r.Expiration != nil && r.Expiration.DeleteMarker},
	} {
		if action.has && len(r.Filter.Tags) > 0 {
			return invalidRequest("%s cannot be specified with Tags.", action.name)
		}
		if action.has && sized {
			return invalidRequest("%s cannot be specified with Object Size.", action.name)
		}
	}
	newer := r.Noncurrent != nil && r.Noncurrent.Newer > 0
	for _, t := range r.NoncurrentTransitions {
		newer = newer || t.Newer > 0
	}
	if newer && r.OldPrefix {
		return invalidRequest("NewerNoncurrentVersions requires a Filter element in the rule")
	}
	return nil
}

func (r *Rule) checkTransitions() error {
	e := r.Expiration
	if e != nil && e.DeleteMarker {
		e = nil
	}
	classes := map[string]bool{}
	for _, t := range r.Transitions {
		byDate := !t.Date.IsZero()
		if byDate != !r.Transitions[0].Date.IsZero() || e != nil && byDate == e.Date.IsZero() {
			return invalidRequest("Found mixed 'Date' and 'Days' based Expiration and Transition actions in a lifecycle rule")
		}
		if classes[t.Class] {
			return invalidRequest("'StorageClass' must be different for 'Transition' actions in same 'Rule'")
		}
		classes[t.Class] = true
		switch {
		case e == nil:
		case byDate && !e.Date.After(t.Date):
			return invalidArgument("'Date' in the Expiration action must be later than 'Date' in the Transition action")
		case !byDate && e.Days <= t.Days:
			return invalidArgument("'Days' in the Expiration action must be greater than 'Days' in the Transition action")
		}
	}
	classes = map[string]bool{}
	for _, t := range r.NoncurrentTransitions {
		if classes[t.Class] {
			return invalidRequest("'StorageClass' must be different for 'NoncurrentVersionTransition' actions in same 'Rule'")
		}
		classes[t.Class] = true
		if r.Noncurrent != nil && r.Noncurrent.Days <= t.Days {
			return invalidArgument("'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action")
		}
	}
	return nil
}
