package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manual is what the pages of all commands have in common.
type manual struct {
	version string
	date    time.Time // of what is described; zero: not known
}

// pageName is the name of a command's page, without the section.
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// documented are a command and those below it that people may call, each with a page of its own.
func documented(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, documented(c)...)
		}
	}
	return all
}

// page writes the page of a command, in the macros of man(7). The texts of commands are plain: nothing in them is markup.
func (m manual) page(w io.Writer, cmd *cobra.Command) error {
	var b strings.Builder
	date := ""
	if !m.date.IsZero() {
		date = m.date.UTC().Format(time.DateOnly)
	}
	fmt.Fprintf(&b, ".TH %s 1 \"%s\" \"%s\" %s\n", strings.ToUpper(pageName(cmd)), date, roff(m.version), cmd.Root().Name())
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.CommandPath()))
	if rest := strings.TrimSpace(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())); rest != "" {
		fmt.Fprintln(&b, roffLine(rest))
	}
	if cmd.HasAvailableSubCommands() && !cmd.Runnable() {
		fmt.Fprintln(&b, `.I COMMAND`)
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprint(&b, ".SH DESCRIPTION\n", paragraphs(text))
	roffCommands(&b, cmd)
	roffFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	roffFlags(&b, "OPTIONS OF ALL COMMANDS", cmd.InheritedFlags())
	if cmd.Example != "" {
		fmt.Fprint(&b, ".SH EXAMPLES\n", verbatim(cmd.Example))
	}
	roffSeeAlso(&b, cmd)
	_, err := io.WriteString(w, b.String())
	return err
}

// roffCommands lists what is below a command, as its help does: by group.
func roffCommands(b *strings.Builder, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	b.WriteString(".SH COMMANDS\n")
	groups := append([]*cobra.Group{{}}, cmd.Groups()...)
	for _, g := range groups {
		title := g.Title
		for _, c := range cmd.Commands() {
			if c.GroupID != g.ID || !c.IsAvailableCommand() || c.Name() == "help" {
				continue
			}
			if title != "" {
				fmt.Fprintf(b, ".SS %s\n", roff(title))
				title = ""
			}
			fmt.Fprintf(b, ".TP\n.BR %s (1)\n%s.\n", roff(pageName(c)), roffLine(c.Short))
		}
	}
}

func roffFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		b.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(b, `\fB\-%s\fR, `, roff(f.Shorthand))
		}
		fmt.Fprintf(b, `\fB\-\-%s\fR`, roff(f.Name))
		if value != "" {
			fmt.Fprintf(b, ` \fI%s\fR`, roff(value))
		}
		fmt.Fprintf(b, "\n%s\n", roffLine(usage))
		switch f.DefValue { // the others are what it is without the flag
		case "", "0", "0s", "[]", "false":
		default:
			fmt.Fprintf(b, "(default: %s)\n", roff(f.DefValue))
		}
	})
}

func roffSeeAlso(b *strings.Builder, cmd *cobra.Command) {
	var pages []string
	if cmd.HasParent() {
		pages = append(pages, pageName(cmd.Parent()))
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			pages = append(pages, pageName(c))
		}
	}
	for i, name := range pages {
		if i == 0 {
			b.WriteString(".SH SEE ALSO\n")
		}
		end := ","
		if i == len(pages)-1 {
			end = ""
		}
		fmt.Fprintf(b, ".BR %s (1)%s\n", roff(name), end)
	}
}

// paragraphs sets texts between blank lines. What is indented by a tab is left as it is; a line that is indented by
// spaces is a term and, after more spaces, what it means.
func paragraphs(text string) string {
	var b strings.Builder
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		switch {
		case strings.HasPrefix(p, "\t"):
			b.WriteString(verbatim(p))
		default:
			b.WriteString(".PP\n")
			for line := range strings.Lines(p) {
				text := strings.TrimSpace(line)
				if term, meaning, is := strings.Cut(text, "  "); is && strings.HasPrefix(line, "  ") {
					fmt.Fprintf(&b, ".TP\n.B %s\n", roff(term))
					text = strings.TrimSpace(meaning)
				}
				b.WriteString(roffLine(text) + "\n")
			}
		}
	}
	return b.String()
}

// verbatim sets lines as they are.
func verbatim(text string) string {
	var b strings.Builder
	b.WriteString(".PP\n.RS 4\n.nf\n")
	for line := range strings.Lines(strings.Trim(text, "\n")) {
		b.WriteString(roffLine(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "\t")) + "\n")
	}
	b.WriteString(".fi\n.RE\n")
	return b.String()
}

// roffASCII keeps what is copied out of a page as it was typed: unescaped, these become typographic ones (groff_char(7)).
var roffASCII = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`, `"`, `\(dq`)

func roff(text string) string { return roffASCII.Replace(text) }

// roffLine is a line of text that is no request, however it begins.
func roffLine(text string) string {
	if strings.HasPrefix(text, ".") {
		return `\&` + roff(text)
	}
	return roff(text)
}
