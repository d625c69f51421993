package dialog

import (
	"strings"

	"spaces/store"
	"spaces/tui/kit"
)

// RuleWords is a lifecycle rule in one line; it may have names in it that are not printable.
func RuleWords(r store.LifecycleRule) string {
	var parts []string
	days := func(what string, n int) {
		if n > 0 {
			parts = append(parts, what+" after "+kit.Plural(n, "day"))
		}
	}
	days("delete", r.ExpireDays)
	if r.ExpireDate != "" {
		date, _, _ := strings.Cut(r.ExpireDate, "T")
		parts = append(parts, "delete on "+date)
	}
	days("older versions", r.NoncurrentDays)
	days("abort uploads", r.AbortDays)
	if r.Markers {
		parts = append(parts, "lone delete markers")
	}
	parts = append(parts, r.Others()...)
	where := "everything"
	if r.Prefix != "" {
		where = r.Prefix
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	text := where + ": " + strings.Join(parts, ", ")
	if !r.Enabled {
		text = "(off) " + text
	}
	return text
}

// StatementWords is a statement of a policy in one line; it may have names in it that are not printable.
func StatementWords(s store.Statement) string {
	who := "some"
	if s.Everybody {
		who = "everybody"
	}
	text := s.Effect + " " + who + " " + strings.Join(s.Actions, ", ") + " on " + strings.Join(s.Resources, ", ")
	if s.Not {
		text += " (with exceptions)"
	}
	if s.Conditions {
		text += ", under conditions"
	}
	return strings.ReplaceAll(text, "arn:aws:s3:::", "")
}
