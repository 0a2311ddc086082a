-- A database as the gradq of schema 0004 wrote it. Never edited.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE edge (
	graph_id INTEGER NOT NULL, 
	child_id INTEGER NOT NULL, 
	parent_id INTEGER NOT NULL, 
	partial TEXT, 
	digest TEXT NOT NULL, checked_at TEXT, checked_point_id INTEGER, check_error DOUBLE, 
	CONSTRAINT edge_key PRIMARY KEY (child_id, parent_id), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE, 
	FOREIGN KEY(child_id) REFERENCES node (id) ON DELETE CASCADE, 
	FOREIGN KEY(parent_id) REFERENCES node (id) ON DELETE CASCADE
);
INSERT INTO "edge" VALUES(1,1,7,'-3','cc0514c137e08bc50ce8d4c873bd39c7','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,2,1,'2','bcb20962ff4e1c4ffa02f87f88d37678','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,3,1,'5','c4c74c572c7f7bc2e3373de23922ea5c','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,4,2,'7','9dc3a487b2c408f21388e25b3e20ca7e','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,4,3,'2*d','bd15a5ec4d6665ea1495bc7ee3ecba26','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,5,4,'2','bcb20962ff4e1c4ffa02f87f88d37678','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,6,5,'3','438b360c9d3bcbc9aa363f238043b159','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(1,6,8,'-1','386de610dac155c28bdc496e7cb442ee','2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "edge" VALUES(2,9,10,'2','bcb20962ff4e1c4ffa02f87f88d37678',NULL,NULL,NULL);
INSERT INTO "edge" VALUES(2,9,13,'1','cb9d9e6d7d00df60689e97c53f9c982d',NULL,NULL,NULL);
INSERT INTO "edge" VALUES(2,10,11,'2*x[0]','d727a1703be824931f0112abbcee0142',NULL,NULL,NULL);
INSERT INTO "edge" VALUES(2,12,11,'2*''P&L!B20''*normpdf(x[0]*sqrt(2))*sqrt(2)','fde3ea7091636f0a9b84641c5de51e14',NULL,NULL,NULL);
INSERT INTO "edge" VALUES(2,12,9,'erf(x[0])','74fde22c2548ebdbb1768436407d1391',NULL,NULL,NULL);
INSERT INTO "edge" VALUES(3,14,15,'2*x','62c7ca7e388344151723ac20ef19d60c',NULL,NULL,NULL);
CREATE TABLE gradient (
	graph_id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	wrt_id INTEGER NOT NULL, 
	expression TEXT NOT NULL, 
	revision BIGINT NOT NULL, checked_at TEXT, checked_point_id INTEGER, check_error DOUBLE, 
	CONSTRAINT gradient_key PRIMARY KEY (of_id, wrt_id), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE, 
	FOREIGN KEY(of_id) REFERENCES node (id) ON DELETE CASCADE, 
	FOREIGN KEY(wrt_id) REFERENCES node (id) ON DELETE CASCADE
);
INSERT INTO "gradient" VALUES(1,6,1,'60*d + 84',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,2,'42',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,3,'12*d',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,4,'6',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,5,'3',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,7,'-180*d - 252',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(1,6,8,'-1',1,'2026-11-25T22:33:58+00:00',1,0.0);
INSERT INTO "gradient" VALUES(2,12,9,'erf(x[0])',1,NULL,NULL,NULL);
INSERT INTO "gradient" VALUES(2,12,10,'2*erf(x[0])',1,NULL,NULL,NULL);
INSERT INTO "gradient" VALUES(2,12,11,'2*''P&L!B20''*normpdf(x[0]*sqrt(2))*sqrt(2) + 4*x[0]*erf(x[0])',1,NULL,NULL,NULL);
CREATE TABLE graph (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	revision BIGINT DEFAULT '1' NOT NULL, 
	note TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, by_hand INTEGER DEFAULT '0' NOT NULL, 
	UNIQUE (name)
);
INSERT INTO "graph" VALUES(1,'article',1,NULL,'2026-11-25T22:33:58+00:00','2026-11-25T22:33:58+00:00',0);
INSERT INTO "graph" VALUES(2,'odd one',1,NULL,'2026-11-25T22:33:58+00:00','2026-11-25T22:33:58+00:00',0);
INSERT INTO "graph" VALUES(3,'large',1,NULL,'2026-11-25T22:33:58+00:00','2026-11-25T22:33:58+00:00',0);
CREATE TABLE node (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	graph_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	formula TEXT, 
	default_value TEXT, 
	level INTEGER NOT NULL, 
	note TEXT, 
	CONSTRAINT node_name UNIQUE (graph_id, name), 
	CONSTRAINT node_kind CHECK (kind in ('input', 'parameter', 'formula')), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE
);
INSERT INTO "node" VALUES(1,1,'b','formula','5 - 3*a',NULL,1,NULL);
INSERT INTO "node" VALUES(2,1,'c','formula','2*b + 3',NULL,2,NULL);
INSERT INTO "node" VALUES(3,1,'d','formula','5*b + 6',NULL,2,NULL);
INSERT INTO "node" VALUES(4,1,'e','formula','7*c + d^2',NULL,3,NULL);
INSERT INTO "node" VALUES(5,1,'f','formula','2*e',NULL,4,NULL);
INSERT INTO "node" VALUES(6,1,'g','formula','3*f - o',NULL,5,NULL);
INSERT INTO "node" VALUES(7,1,'a','input',NULL,NULL,0,NULL);
INSERT INTO "node" VALUES(8,1,'o','input',NULL,NULL,0,NULL);
INSERT INTO "node" VALUES(9,2,'P&L!B20','formula','2*größe'' + ''it''''s''',NULL,2,'a note; with ''quotes'' and ∂');
INSERT INTO "node" VALUES(10,2,'größe''','formula','x[0]^2 + pi',NULL,1,NULL);
INSERT INTO "node" VALUES(11,2,'x[0]','parameter',NULL,'-0.1',0,NULL);
INSERT INTO "node" VALUES(12,2,'y','formula','erf(x[0])*''P&L!B20''',NULL,3,NULL);
INSERT INTO "node" VALUES(13,2,'it''s','input',NULL,NULL,0,NULL);
INSERT INTO "node" VALUES(14,3,'y','formula','x^2',NULL,1,NULL);
INSERT INTO "node" VALUES(15,3,'x','input',NULL,NULL,0,NULL);
CREATE TABLE point (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	graph_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	bindings TEXT NOT NULL, 
	CONSTRAINT point_key UNIQUE (graph_id, "key"), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE
);
INSERT INTO "point" VALUES(1,1,'ef4561a933c9eaa0da09857c054b6563ab9da8406df15923fc9a8409699f3904','{"a": 0.5, "o": 1.0}');
INSERT INTO "point" VALUES(2,2,'794a2058a08b4bcb537fffa17c8e376b8edf4546a942adb4221aa103da557697','{"it''s": -0.0}');
CREATE TABLE point_gradient (
	point_id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	wrt_id INTEGER NOT NULL, 
	value DOUBLE, 
	state TEXT, checked_at TEXT, check_error DOUBLE, 
	CONSTRAINT point_gradient_key PRIMARY KEY (point_id, of_id, wrt_id), 
	FOREIGN KEY(point_id) REFERENCES point (id) ON DELETE CASCADE, 
	FOREIGN KEY(of_id) REFERENCES node (id) ON DELETE CASCADE, 
	FOREIGN KEY(wrt_id) REFERENCES node (id) ON DELETE CASCADE
);
INSERT INTO "point_gradient" VALUES(1,6,1,1494.0,NULL,'2026-11-25T22:33:58+00:00',0.0);
INSERT INTO "point_gradient" VALUES(1,6,2,42.0,NULL,'2026-11-25T22:33:58+00:00',0.0);
INSERT INTO "point_gradient" VALUES(1,6,3,282.0,NULL,'2026-11-25T22:33:58+00:00',0.0);
INSERT INTO "point_gradient" VALUES(1,6,4,6.0,NULL,'2026-11-25T22:33:58+00:00',0.0);
INSERT INTO "point_gradient" VALUES(1,6,5,3.0,NULL,'2026-11-25T22:33:58+00:00',0.0);
INSERT INTO "point_gradient" VALUES(2,12,9,-1.12462916018284897479e-01,NULL,NULL,NULL);
INSERT INTO "point_gradient" VALUES(2,12,10,-2.24925832036569794958e-01,NULL,NULL,NULL);
INSERT INTO "point_gradient" VALUES(2,12,11,7.08659876021140799906e+00,NULL,NULL,NULL);
INSERT INTO "point_gradient" VALUES(2,4,8,NULL,'inf',NULL,NULL);
CREATE TABLE point_name (
	graph_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	point_id INTEGER NOT NULL, 
	CONSTRAINT point_name_key PRIMARY KEY (graph_id, name), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE, 
	FOREIGN KEY(point_id) REFERENCES point (id) ON DELETE CASCADE
);
INSERT INTO "point_name" VALUES(1,'start',1);
CREATE TABLE point_value (
	point_id INTEGER NOT NULL, 
	node_id INTEGER NOT NULL, 
	value DOUBLE, 
	state TEXT, 
	CONSTRAINT point_value_key PRIMARY KEY (point_id, node_id), 
	FOREIGN KEY(point_id) REFERENCES point (id) ON DELETE CASCADE, 
	FOREIGN KEY(node_id) REFERENCES node (id) ON DELETE CASCADE
);
INSERT INTO "point_value" VALUES(1,1,3.5,NULL);
INSERT INTO "point_value" VALUES(1,3,23.5,NULL);
INSERT INTO "point_value" VALUES(2,9,NULL,'nan');
INSERT INTO "point_value" VALUES(2,10,3.15159265358979290283e+00,NULL);
INSERT INTO "point_value" VALUES(2,8,NULL,'-inf');
INSERT INTO "point_value" VALUES(2,7,0.0,'-0');
INSERT INTO "point_value" VALUES(2,1,4.94065645841247e-324,NULL);
CREATE TABLE tape (
	graph_id INTEGER NOT NULL, 
	revision BIGINT NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (graph_id), 
	FOREIGN KEY(graph_id) REFERENCES graph (id) ON DELETE CASCADE
);
INSERT INTO "tape" VALUES(3,1,X'6772616471207461706520310AC2AF063B45000000000000007B226C656E67746873223A205B322C20322C20322C20332C20312C20332C20312C20312C20322C20315D2C2022736861706573223A205B22785E32222C2022322A78225D7D0F000000000000000E00000000000000000000000000F87F000000000000F87FFFFFFFFF00000000000000000000000001000000000000000000000000000000010000000000000001000000000000000100000000000000');
CREATE INDEX edge_parent ON edge (parent_id);
CREATE INDEX edge_graph ON edge (graph_id);
CREATE INDEX gradient_wrt ON gradient (wrt_id);
CREATE INDEX gradient_graph ON gradient (graph_id);
CREATE INDEX point_value_node ON point_value (node_id);
CREATE INDEX point_gradient_of ON point_gradient (of_id);
CREATE INDEX point_gradient_wrt ON point_gradient (wrt_id);
CREATE VIEW v_graph as select g.name as graph, g.revision, g.note, g.created_at, g.updated_at, g.by_hand from graph g;
CREATE VIEW v_node as select g.name as graph, n.name, n.kind, n.formula, n.default_value, n.level, n.note from node n join graph g on g.id = n.graph_id;
CREATE VIEW v_edge as select g.name as graph, c.name as child, p.name as parent, e.partial, e.checked_at, w.bindings as checked_point, e.check_error from edge e join node c on c.id = e.child_id join node p on p.id = e.parent_id join graph g on g.id = e.graph_id left join point w on w.id = e.checked_point_id;
CREATE VIEW v_gradient as select g.name as graph, y.name as "of", x.name as wrt, m.expression, m.revision, m.checked_at, w.bindings as checked_point, m.check_error from gradient m join node y on y.id = m.of_id join node x on x.id = m.wrt_id join graph g on g.id = m.graph_id left join point w on w.id = m.checked_point_id;
CREATE VIEW v_point as select g.name as graph, p.id as point, n.name, p.bindings from point p join graph g on g.id = p.graph_id left join point_name n on n.point_id = p.id;
CREATE VIEW v_sensitivity as select g.name as graph, p.id as point, y.name as "of", x.name as wrt, m.value, m.state, p.bindings, m.checked_at, m.check_error from point_gradient m join point p on p.id = m.point_id join graph g on g.id = p.graph_id join node y on y.id = m.of_id join node x on x.id = m.wrt_id;
CREATE VIEW v_memo as select g.name as graph, (select count(*) from gradient m where m.graph_id = g.id) as formulas, (select count(*) from point p where p.graph_id = g.id) as points, (select count(*) from point_gradient m join point p on p.id = m.point_id where p.graph_id = g.id) as numbers from graph g;
CREATE VIEW v_help as with help(graph, view, column_name, help) as (select cast('*' as text), cast('v_graph' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_graph' as text), cast('revision' as text), cast('raised by every change' as text) union all select cast('*' as text), cast('v_graph' as text), cast('note' as text), cast('what the graph is about' as text) union all select cast('*' as text), cast('v_graph' as text), cast('created_at' as text), cast('UTC' as text) union all select cast('*' as text), cast('v_graph' as text), cast('updated_at' as text), cast('UTC' as text) union all select cast('*' as text), cast('v_graph' as text), cast('by_hand' as text), cast('1 after a change in SQL, until the next question derives edges and levels anew; else 0' as text) union all select cast('*' as text), cast('v_node' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_node' as text), cast('name' as text), cast('name of the node' as text) union all select cast('*' as text), cast('v_node' as text), cast('kind' as text), cast('input, parameter or formula' as text) union all select cast('*' as text), cast('v_node' as text), cast('formula' as text), cast('the formula as it was written' as text) union all select cast('*' as text), cast('v_node' as text), cast('default_value' as text), cast('the exact default of a parameter' as text) union all select cast('*' as text), cast('v_node' as text), cast('level' as text), cast('longest distance from an input' as text) union all select cast('*' as text), cast('v_node' as text), cast('note' as text), cast('the comment on its line' as text) union all select cast('*' as text), cast('v_edge' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_edge' as text), cast('child' as text), cast('the node whose formula names the parent' as text) union all select cast('*' as text), cast('v_edge' as text), cast('parent' as text), cast('a name in the child''s formula' as text) union all select cast('*' as text), cast('v_edge' as text), cast('partial' as text), cast('local partial of child by parent, other parents held still; NULL if very long' as text) union all select cast('*' as text), cast('v_edge' as text), cast('checked_at' as text), cast('UTC, when `check` last looked at it; NULL if never since it was written' as text) union all select cast('*' as text), cast('v_edge' as text), cast('checked_point' as text), cast('where: the bound values as JSON, the rest are defaults; NULL if that point has gone' as text) union all select cast('*' as text), cast('v_edge' as text), cast('check_error' as text), cast('how far it was from an independent estimate there; inf if they cannot be compared' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('of' as text), cast('the node that is differentiated' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('wrt' as text), cast('with respect to this node' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('expression' as text), cast('the total derivative, rolled' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('revision' as text), cast('revision of the graph when it was worked out' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('checked_at' as text), cast('UTC, when `check` last looked at it; NULL if never since it was written' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('checked_point' as text), cast('where: the bound values as JSON, the rest are defaults; NULL if that point has gone' as text) union all select cast('*' as text), cast('v_gradient' as text), cast('check_error' as text), cast('how far it was from an independent estimate there; inf if they cannot be compared' as text) union all select cast('*' as text), cast('v_point' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_point' as text), cast('point' as text), cast('number of the point' as text) union all select cast('*' as text), cast('v_point' as text), cast('name' as text), cast('its name, if it has one' as text) union all select cast('*' as text), cast('v_point' as text), cast('bindings' as text), cast('the bound values as JSON; the rest are defaults' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('point' as text), cast('number of the point' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('of' as text), cast('the node that is differentiated' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('wrt' as text), cast('with respect to this node' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('value' as text), cast('the total derivative at the point' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('state' as text), cast('nan, inf, -inf or -0 where value cannot say it' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('bindings' as text), cast('the point as JSON' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('checked_at' as text), cast('UTC, when `check` last looked at it; NULL if never since it was written' as text) union all select cast('*' as text), cast('v_sensitivity' as text), cast('check_error' as text), cast('how far it was from an independent estimate there; inf if they cannot be compared' as text) union all select cast('*' as text), cast('v_memo' as text), cast('graph' as text), cast('name of the graph' as text) union all select cast('*' as text), cast('v_memo' as text), cast('formulas' as text), cast('rows of the symbolic memo' as text) union all select cast('*' as text), cast('v_memo' as text), cast('points' as text), cast('points that have rows' as text) union all select cast('*' as text), cast('v_memo' as text), cast('numbers' as text), cast('rows of the numeric memo' as text) union all select cast('*' as text), cast('v_help' as text), cast('graph' as text), cast('always *: these rows hold for every graph' as text) union all select cast('*' as text), cast('v_help' as text), cast('view' as text), cast('a view' as text) union all select cast('*' as text), cast('v_help' as text), cast('column_name' as text), cast('one of its columns' as text) union all select cast('*' as text), cast('v_help' as text), cast('help' as text), cast('what the column means' as text)) select graph, view, column_name, help from help;
CREATE TRIGGER node_insert_by_hand after insert on node for each row when exists (select 1 from graph where id in (new.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (new.graph_id) and by_hand = 0; end;
CREATE TRIGGER node_update_by_hand after update of id, graph_id, name, kind, formula, default_value, level on node for each row when exists (select 1 from graph where id in (old.graph_id, new.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (old.graph_id, new.graph_id) and by_hand = 0; end;
CREATE TRIGGER node_delete_by_hand after delete on node for each row when exists (select 1 from graph where id in (old.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (old.graph_id) and by_hand = 0; end;
CREATE TRIGGER edge_insert_by_hand after insert on edge for each row when exists (select 1 from graph where id in (new.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (new.graph_id) and by_hand = 0; end;
CREATE TRIGGER edge_update_by_hand after update of graph_id, child_id, parent_id, partial, digest on edge for each row when exists (select 1 from graph where id in (old.graph_id, new.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (old.graph_id, new.graph_id) and by_hand = 0; end;
CREATE TRIGGER edge_delete_by_hand after delete on edge for each row when exists (select 1 from graph where id in (old.graph_id) and by_hand = 0) begin update graph set revision = revision + 1, by_hand = 1, updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') where id in (old.graph_id) and by_hand = 0; end;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('graph',3);
INSERT INTO "sqlite_sequence" VALUES('node',15);
INSERT INTO "sqlite_sequence" VALUES('point',2);
COMMIT;
