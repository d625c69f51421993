// Package listing holds what is known of one folder of a Space: its rows in little memory, in any order, narrowed by
// filters, kept up to date while pages come and jobs change things. It knows no terminal and sends no requests: it says
// which page it needs next and is given what came.
package listing
